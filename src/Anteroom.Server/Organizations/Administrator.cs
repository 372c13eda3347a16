using Anteroom.Server.Audit;

namespace Anteroom.Server.Organizations;

/// <summary>Somebody who administers, a person in the console or a program at the API: what they hold, and how the trail calls them.</summary>
public sealed record Administrator(IReadOnlySet<string> Permissions, AuditContext Context)
{
    /// <summary>Nobody grants more than they hold, and nobody touches who holds more (SEC-263).</summary>
    public bool Holds(IEnumerable<string> permissions) => permissions.All(Permissions.Contains);
}
