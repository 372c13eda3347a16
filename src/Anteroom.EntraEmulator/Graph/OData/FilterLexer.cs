using System.Text;

namespace Anteroom.EntraEmulator.Graph.OData;

/// <summary>Splits a <c>$filter</c> into words. A quote inside of a text is doubled.</summary>
internal static class FilterLexer
{
    private const int MostCharacters = 8_192;

    public static List<FilterToken> Read(string filter)
    {
        if (filter.Length > MostCharacters)
            throw new GraphRefusal(GraphError.Syntax("Invalid filter clause: the clause is too long."));
        var tokens = new List<FilterToken>();
        var at = 0;
        while (at < filter.Length)
        {
            var character = filter[at];
            if (char.IsWhiteSpace(character))
            {
                at++;
                continue;
            }
            var start = at;
            switch (character)
            {
                case '(':
                    tokens.Add(new FilterToken(FilterTokenKind.Open, "(", at++));
                    break;
                case ')':
                    tokens.Add(new FilterToken(FilterTokenKind.Close, ")", at++));
                    break;
                case ',':
                    tokens.Add(new FilterToken(FilterTokenKind.Comma, ",", at++));
                    break;
                case ':' when tokens.Count > 0 && tokens[^1].Kind == FilterTokenKind.Name:
                    tokens.Add(new FilterToken(FilterTokenKind.Colon, ":", at++));
                    break;
                case '\'':
                    tokens.Add(new FilterToken(FilterTokenKind.Text, Text(filter, ref at), start));
                    break;
                default:
                    tokens.Add(Word(filter, ref at));
                    break;
            }
        }
        tokens.Add(new FilterToken(FilterTokenKind.End, "", filter.Length));
        return tokens;
    }

    private static string Text(string filter, ref int at)
    {
        var text = new StringBuilder();
        var start = at++;
        while (at < filter.Length)
        {
            if (filter[at] == '\'')
            {
                if (at + 1 < filter.Length && filter[at + 1] == '\'')
                {
                    text.Append('\'');
                    at += 2;
                    continue;
                }
                at++;
                return text.ToString();
            }
            text.Append(filter[at++]);
        }
        throw new GraphRefusal(
            GraphError.Syntax(
                $"Invalid filter clause: There is an unterminated string literal at position {start} in '{GraphError.Short(filter)}'."
            )
        );
    }

    /// <summary>A name with path (<c>status/errorCode</c>), or a number, date or GUID.</summary>
    private static FilterToken Word(string filter, ref int at)
    {
        var start = at;
        var isLiteral = char.IsDigit(filter[at]) || filter[at] == '-';
        while (
            at < filter.Length && (char.IsLetterOrDigit(filter[at]) || "_/.-$#@+".Contains(filter[at]) || (isLiteral && filter[at] == ':'))
        )
            at++;
        if (at == start)
            throw new GraphRefusal(
                GraphError.Syntax(
                    $"Invalid filter clause: Syntax error: character '{filter[at]}' is not valid at position {at} in '{GraphError.Short(filter)}'."
                )
            );
        var word = filter[start..at];
        return new FilterToken(isLiteral || Guid.TryParse(word, out _) ? FilterTokenKind.Literal : FilterTokenKind.Name, word, start);
    }
}
