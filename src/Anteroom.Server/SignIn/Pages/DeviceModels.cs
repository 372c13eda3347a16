using Anteroom.Protocols.OAuth;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>A device waits: which code does it show? (RFC 8628 §3.3)</summary>
/// <param name="Typed">What the person typed before, or what a link filled in.</param>
/// <param name="Linked">Whether a link filled it in, so that the person must compare it with the device (RFC 8628 §5.4).</param>
public sealed record DeviceModel(PageFrame Frame, PostForm Form, string? Typed, bool Linked, UserCodeError Error) : ISignInPage
{
    /// <summary>The form field that carries the code.</summary>
    public const string FieldName = "user_code";

    public const int MaxLength = UserCode.MaxTypedLength;
}

/// <summary>Why the code is asked for again.</summary>
public enum UserCodeError
{
    None,

    /// <summary>Nothing was typed.</summary>
    Missing,

    /// <summary>No device waits with it; the same words for every reason.</summary>
    Unknown,

    /// <summary>Too many tries from this network.</summary>
    TooManyTries,
}

/// <summary>Asks before a device is let in (RFC 8628 §5.4).</summary>
/// <param name="Code">To be compared with what the device shows.</param>
public sealed record ConfirmDeviceModel(
    PageFrame Frame,
    PostForm Form,
    string Application,
    string Code,
    string SignedInAs,
    string Organization
) : ISignInPage
{
    /// <summary>The form field that carries the answer.</summary>
    public const string FieldName = "answer";

    public const string Yes = "yes";
    public const string No = "no";

    /// <summary>The person wants to answer as somebody else.</summary>
    public const string AnotherAccount = "another";
}

/// <summary>The person has answered.</summary>
public sealed record DeviceAnsweredModel(PageFrame Frame, string Application, bool Approved) : ISignInPage;
