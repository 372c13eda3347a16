using Anteroom.Server.Credentials;

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>Whether a session is fresh enough for a sensitive change (SEC-041).</summary>
public static class FreshAuthentication
{
    /// <summary>Authenticated at most five minutes ago. Use does not make a session fresh, only signing in does.</summary>
    public static bool IsFresh(Session session, DateTimeOffset now) => RecentProof.Counts(session.AuthenticatedAt, now);
}
