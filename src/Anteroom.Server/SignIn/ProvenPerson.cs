using Anteroom.Server.Connections;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Records;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn;

/// <summary>What one way of signing in has proven, in the words that all ways share.</summary>
/// <param name="Known">The account, held by the transaction; null where the proof belongs to none yet.</param>
/// <param name="Evidence">What counts from now on.</param>
/// <param name="Facts">The same, redacted, for the record.</param>
public sealed record ProvenPerson(User? Known, Evidence Evidence, SignInFacts Facts)
{
    /// <summary>The provider that vouches; null where the person proved themselves to us.</summary>
    public required Connection? Connection { get; init; }

    /// <summary>Which of their passkeys it was, for the audit; null where it was none.</summary>
    public string? Passkey { get; init; }

    /// <summary>The name whose domain the connection's list is about.</summary>
    public string? AccountName { get; init; }

    /// <summary>Whether the account was found by its name, once, and is linked from now on (SEC-074 d).</summary>
    public bool Links { get; init; }

    /// <summary>The provider's own session.</summary>
    public UpstreamSession? Upstream { get; init; }

    /// <summary>What the sign-in tells the directory; asked with whether an account may be made.</summary>
    public required Func<bool, DirectoryFacts> Directory { get; init; }
}
