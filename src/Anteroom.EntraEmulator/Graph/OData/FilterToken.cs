namespace Anteroom.EntraEmulator.Graph.OData;

internal enum FilterTokenKind
{
    Name,
    Text,
    Literal,
    Open,
    Close,
    Comma,
    Colon,
    End,
}

/// <param name="Position">For error messages: where it began.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Value, int Position);
