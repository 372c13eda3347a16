namespace Anteroom.Server.SignIn.Pages;

/// <summary>What stands around the question of every sign-in page.</summary>
/// <param name="Organization">The organization's name, as soon as it is known.</param>
/// <param name="Application">The application that the person is on the way to.</param>
/// <param name="Help">Whom to ask, when the operator has named somebody.</param>
public sealed record PageFrame(string? Organization = null, string? Application = null, HelpContact? Help = null)
{
    /// <summary>Address of the style sheet with the organization's colour; null for ours.</summary>
    public string? Accent { get; init; }

    /// <summary>Address of the organization's picture; null for our mark.</summary>
    public string? Logo { get; init; }
}

/// <summary>Whom a person may ask: words to show and, optionally, a <c>mailto:</c>, <c>tel:</c> or <c>https:</c> address behind them.</summary>
public sealed record HelpContact(string Text, Uri? Address = null)
{
    /// <summary>The address, unless its scheme could do more than lead to a person.</summary>
    public string? SafeAddress => Address is { IsAbsoluteUri: true, Scheme: "mailto" or "tel" or "https" } ? Address.AbsoluteUri : null;
}

/// <summary>A page inside the frame; the layout needs no more of it.</summary>
public interface ISignInPage
{
    PageFrame Frame { get; }
}

/// <summary>Where a form goes and what it carries unseen: the transaction's id, the antiforgery token, a protocol's parameters.</summary>
public sealed record PostForm(string Action, IReadOnlyList<HiddenField> Fields);

public sealed record HiddenField(string Name, string Value);
