using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn;

/// <summary>How a protocol towards applications varies the end of a sign-in. OIDC is one; SAML and WS-Federation follow.</summary>
public interface IApplicationProtocol
{
    /// <summary>The value of <see cref="SignInRequest.Protocol"/>.</summary>
    string Name { get; }

    /// <summary>Within the transaction that makes or uses the session: writes what the application may redeem.</summary>
    /// <returns>The answer that leaves after the transaction has committed, never before.</returns>
    Task<IResult> CompleteAsync(Transaction transaction, SignInRequest request, Session session, DateTimeOffset now, CancellationToken ct);

    /// <summary>The answer to the application when nobody is signed in, e.g. <c>login_required</c>; null where the person must see a page instead.</summary>
    IResult? Refuse(SignInRequest request, SignInRefusal refusal);
}

/// <summary>Why the application gets nobody; protocols spell it in their own way.</summary>
public enum SignInRefusal
{
    /// <summary>A page would have been needed, and the application allowed none.</summary>
    LoginRequired,

    /// <summary>Several sessions are live, and the application allowed no question.</summary>
    AccountSelectionRequired,

    /// <summary>Something else than signing in would have to be asked.</summary>
    InteractionRequired,

    /// <summary>The person gave up.</summary>
    Cancelled,
}
