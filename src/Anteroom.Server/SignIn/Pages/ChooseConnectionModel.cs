namespace Anteroom.Server.SignIn.Pages;

/// <summary>The organization has several ways to sign in: which one?</summary>
public sealed record ChooseConnectionModel(PageFrame Frame, PostForm Form, IReadOnlyList<ConnectionChoice> Connections) : ISignInPage
{
    /// <summary>One more way: a passkey, where the organization allows them.</summary>
    public PasskeyOffer? Passkey { get; init; }

    /// <summary>Where the password is asked for, where the organization allows them.</summary>
    public string? Password { get; init; }

    /// <summary>The form field that carries the chosen connection's id.</summary>
    public const string FieldName = "connection";
}

/// <summary>One active connection.</summary>
/// <param name="Name">What its administrator called it.</param>
/// <param name="IsMicrosoft">Whether people know the button by the words that it has everywhere; the name tells several apart.</param>
public sealed record ConnectionChoice(string Value, string Name, bool IsMicrosoft);
