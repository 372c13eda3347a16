namespace Anteroom.Server.Credentials.Passwords;

/// <summary>Why a new password is not taken. The words are in <c>SignInText.resx</c> under <c>NewPassword.Fault.…</c>.</summary>
public enum PasswordFault
{
    /// <summary>Nothing was typed, or no text.</summary>
    Missing,

    /// <summary>Fewer than <see cref="PasswordRules.Shortest"/> characters.</summary>
    TooShort,

    /// <summary>More than <see cref="Password.Longest"/> characters.</summary>
    TooLong,

    /// <summary>On the list of those that are tried first, or little more than one of them.</summary>
    Common,

    /// <summary>Little more than the person's or the organization's name.</summary>
    Personal,

    /// <summary>The second field says otherwise.</summary>
    Mismatch,
}
