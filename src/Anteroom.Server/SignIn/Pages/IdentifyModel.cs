namespace Anteroom.Server.SignIn.Pages;

/// <summary>The first question: who are you, or which organization do you belong to?</summary>
/// <param name="Typed">What the person typed before, kept beside the error.</param>
public sealed record IdentifyModel(PageFrame Frame, PostForm Form, string? Typed = null, IdentifyError Error = IdentifyError.None)
    : ISignInPage
{
    /// <summary>The other way: a passkey, where there may be one.</summary>
    public PasskeyOffer? Passkey { get; init; }

    /// <summary>The form field that carries company code, user name or e-mail.</summary>
    public const string FieldName = "identifier";

    /// <summary>Longer input cannot be a name of ours; an e-mail address has at most 254 characters (RFC 5321 §4.5.3.1.3).</summary>
    public const int MaxLength = 254;
}

/// <summary>Why the question is asked again. The words are in <c>SignInText.resx</c> under <c>Identify.Error.…</c>.</summary>
public enum IdentifyError
{
    None,

    /// <summary>Nothing was typed.</summary>
    Missing,

    /// <summary>Nothing is known by that name; the same words for every reason (SEC-042).</summary>
    Unknown,

    /// <summary>The name exists in several organizations: only a company code tells them apart.</summary>
    NeedsCompanyCode,

    /// <summary>Too many tries from this network.</summary>
    TooManyTries,
}
