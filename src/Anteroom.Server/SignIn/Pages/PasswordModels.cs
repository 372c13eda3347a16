using Anteroom.Server.Credentials.Passwords;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>Who signs in with a password?</summary>
/// <param name="Typed">What the person typed before.</param>
/// <param name="IsMissing">Nothing was typed, or more than a name can be.</param>
/// <param name="OtherWays">Where the other ways are, where there are any.</param>
public sealed record PasswordNameModel(PageFrame Frame, PostForm Form, string? Typed, bool IsMissing, string? OtherWays) : ISignInPage
{
    /// <summary>The other way: a passkey, where there may be one.</summary>
    public PasskeyOffer? Passkey { get; init; }

    /// <summary>The form field that carries the user name.</summary>
    public const string FieldName = "identifier";

    public const int MaxLength = IdentifyModel.MaxLength;
}

/// <summary>The password of the account whose name is shown.</summary>
/// <param name="UserName">As it was typed.</param>
/// <param name="ForgottenPassword">Where a mail is asked for.</param>
/// <param name="OtherName">Where another name is asked for; null where it has to be this one.</param>
/// <param name="OtherWays">Where the other ways are, where there are any.</param>
public sealed record PasswordModel(
    PageFrame Frame,
    PostForm Form,
    string UserName,
    PasswordAnswer Answer,
    string ForgottenPassword,
    string? OtherName,
    string? OtherWays
) : ISignInPage
{
    /// <summary>The other way: a passkey, where there may be one.</summary>
    public PasskeyOffer? Passkey { get; init; }

    /// <summary>The form field that carries the password.</summary>
    public const string FieldName = "password";
}

/// <summary>Why the password is asked for again.</summary>
/// <param name="Wait">How long, where it has to be waited.</param>
public sealed record PasswordAnswer(PasswordError Error, TimeSpan? Wait = null)
{
    public static PasswordAnswer None { get; } = new(PasswordError.None);

    /// <summary>Whole seconds, at least one.</summary>
    public int WaitSeconds => Wait is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 0;
}

/// <summary>The words are in <c>SignInText.resx</c> under <c>Password.Error.…</c>; they are the same for a name that nobody has (SEC-042).</summary>
public enum PasswordError
{
    None,

    /// <summary>Nothing was typed.</summary>
    Missing,

    /// <summary>Name or password; which of them is not told.</summary>
    Wrong,

    /// <summary>Too many wrong ones: the next is looked at later.</summary>
    Wait,

    /// <summary>Very many wrong ones: none is looked at any more.</summary>
    Stopped,

    /// <summary>Too many tries from this network.</summary>
    TooManyTries,
}

/// <summary>Asks whether a mail shall be sent.</summary>
/// <param name="UserName">As it was typed.</param>
/// <param name="Back">To the password's page.</param>
public sealed record ForgottenPasswordModel(PageFrame Frame, PostForm Form, string UserName, string Back) : ISignInPage;

/// <summary>The mail is on its way, if there is such an account; the same page if there is none.</summary>
public sealed record RecoverySentModel(PageFrame Frame, string Back) : ISignInPage;

/// <summary>Behind a mailed link: the new password.</summary>
/// <param name="Fault">Why the one before was not taken.</param>
public sealed record NewPasswordModel(PageFrame Frame, PostForm Form, string UserName, PasswordFault? Fault) : ISignInPage
{
    /// <summary>The form field that carries the new password.</summary>
    public const string FieldName = "password";

    /// <summary>The same once more.</summary>
    public const string AgainFieldName = "again";
}

/// <summary>The password is set; nobody is signed in by it.</summary>
public sealed record PasswordSetModel(PageFrame Frame) : ISignInPage;
