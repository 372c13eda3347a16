using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.SignIn.Transactions;

/// <summary>One attempt to sign in, from the application's request to its answer. All facts travel here, in one encrypted cookie (SEC-033).</summary>
/// <param name="Entry">What the person typed to find the organization; becomes the provider's <c>login_hint</c>.</param>
/// <param name="ExpectedUser">The account that must come back: begun with its user name, or re-authenticating. Never creates one.</param>
/// <param name="Reauthenticate">The provider must ask again, and its <c>auth_time</c> is checked (SEC-107).</param>
/// <param name="ChoosesAccount">The person wants another account: the provider shows its own chooser.</param>
/// <param name="Host">The organization on whose own host this runs; null on the base host. Set when it is written, and no other host reads it.</param>
/// <param name="Upstream">Set while the browser is at the provider.</param>
public sealed record SignInTransaction(
    TransactionId Id,
    SignInRequest Request,
    DateTimeOffset CreatedAt,
    OrganizationId? Organization = null,
    string? Entry = null,
    UserId? ExpectedUser = null,
    bool Reauthenticate = false,
    bool ChoosesAccount = false,
    OrganizationId? Host = null,
    UpstreamRequest? Upstream = null
)
{
    /// <summary>The span that began it, where traces are collected (<see cref="Platform.Observability.TraceLinks"/>).</summary>
    public string? Trace { get; init; }

    /// <summary>How long a person may take, from the application's request to the provider's answer: 10 minutes (SEC-065).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public bool IsExpiredAt(DateTimeOffset now) => now - CreatedAt >= Lifetime || now < CreatedAt - TimeSpan.FromMinutes(1);
}

/// <summary>What was sent to the provider and must come back or be proven.</summary>
/// <param name="Revision">The connection's settings in force when the request was sent.</param>
/// <param name="State">Transaction id and 128 random bits; compared with the answer and consumed once.</param>
/// <param name="Verifier">The PKCE code verifier (RFC 7636 §4.1). None where no code is asked for, and none any more once the browser redeems.</param>
/// <param name="IsInBrowser">The answer has come and a page of ours redeems it in the browser: only the token that it hands over goes on from here (SEC-068).</param>
public sealed record UpstreamRequest(
    ConnectionId Connection,
    int Revision,
    string State,
    string Nonce,
    string? Verifier,
    DateTimeOffset SentAt,
    bool IsInBrowser = false
)
{
    /// <summary>With the shared app: whose authority was asked, which alone redeems the code; null for that of all organizations.</summary>
    public Guid? Tenant { get; init; }
}
