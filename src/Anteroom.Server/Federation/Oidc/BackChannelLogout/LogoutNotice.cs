namespace Anteroom.Server.Federation.Oidc.BackChannelLogout;

/// <summary>What the outbox holds until an application has been told: ids alone. The token itself is made at each attempt, so that it is always fresh.</summary>
/// <param name="Client">Whom to tell.</param>
/// <param name="User">Who left.</param>
/// <param name="Session">Which session ended.</param>
/// <param name="Cause">Why, as the audit trail calls it; the application does not learn it.</param>
/// <param name="CorrelationId">Of the request that ended the session.</param>
internal sealed record LogoutNotice(string Client, Guid User, Guid Session, string Cause, string CorrelationId)
{
    /// <summary>Among the kinds of the outbox.</summary>
    public const string Kind = "back_channel_logout";

    /// <summary>How long it is tried (SEC-109).</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);
}
