namespace Anteroom.Protocols.OAuth;

/// <summary>Where a client runs (<c>application_type</c>, OpenID Connect Registration §2), which decides what it may register as a redirect URI.</summary>
public enum ApplicationType
{
    /// <summary>A web application, with or without a server behind it.</summary>
    Web,

    /// <summary>An application installed on a device (RFC 8252).</summary>
    Native,
}
