using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.SignIn;

/// <summary>What an application's protocol hands over when it needs somebody signed in. It travels in the transaction, never through the browser's fields (SEC-033).</summary>
/// <param name="Protocol">Which <see cref="IApplicationProtocol"/> asked, e.g. <c>oidc</c>.</param>
/// <param name="ClientId">The application, in the protocol's own spelling.</param>
/// <param name="ApplicationName">How the application is called on pages.</param>
/// <param name="ApplicationOrganization">Whose application it is; the platform's serve every organization.</param>
/// <param name="Organization">The organization that the request named, where it did.</param>
/// <param name="State">The protocol's own facts, opaque to the sign-in.</param>
/// <param name="ReturnTo">Where the answer will go, already checked: forms on the way must be allowed to end there (SEC-005).</param>
/// <param name="LoginHint">Who the application believes is coming; a hint never signs anybody in (SEC-106).</param>
/// <param name="Interaction">How much the person may be asked.</param>
/// <param name="MaxAge">How long ago the person may have authenticated (OIDC Core §3.1.2.1).</param>
/// <param name="AcrValues">Requested authentication context, passed upstream where the provider understands it.</param>
/// <param name="ExpectedSubject">The account that must come back (id_token_hint), or null.</param>
public sealed record SignInRequest(
    string Protocol,
    string ClientId,
    string ApplicationName,
    OrganizationId ApplicationOrganization,
    OrganizationId? Organization,
    string State,
    string ReturnTo,
    string? LoginHint,
    Interaction Interaction,
    TimeSpan? MaxAge,
    string? AcrValues,
    string? ExpectedSubject
)
{
    /// <summary>The channel of the application (<see cref="Channels"/>): role and blocks are asked about it. Everything that is not installed is web.</summary>
    public string Channel { get; init; } = Channels.Web;

    /// <summary>The languages that the application asked for, as it wrote them; null where it did not, or asked for too much.</summary>
    public string? UiLocales { get; init; }

    /// <summary>The person asks for the ways that are local, although the organization may hide them: how an administrator gets in when its provider lets nobody in (HEC-15).</summary>
    public bool WantsLocal { get; init; }

    /// <summary>The one connection by which the person comes: a tester's link or a test sign-in names it. Null leaves it to the organization's ways.</summary>
    public ConnectionId? Connection { get; init; }

    /// <summary>A test sign-in: it ends with what would have happened, and nothing happens.</summary>
    public bool IsTrial { get; init; }

    /// <summary>It only tells which tenant the person is of (SEC-063): it ends with that, and signs nobody in.</summary>
    public bool ProvesTenant { get; init; }

    /// <summary>Whether a connection serves this request: active for all, in test for who names it, in any state for who sets it up (SEC-076).</summary>
    public bool MayUse(Connection connection) =>
        connection.State == ConnectionState.Active
        || (Connection == connection.Id && (IsTrial || ProvesTenant || connection.State == ConnectionState.Testing));
}

/// <summary>The <c>prompt</c> of a request in neutral words.</summary>
public enum Interaction
{
    /// <summary>A live session is used without asking.</summary>
    AsNeeded,

    /// <summary>No page may be shown (<c>prompt=none</c>).</summary>
    None,

    /// <summary>The person authenticates again (<c>prompt=login</c>, ForceAuthn, wfresh=0).</summary>
    Reauthenticate,

    /// <summary>The person chooses an account (<c>prompt=select_account</c>).</summary>
    SelectAccount,
}
