using Anteroom.Server.Organizations;

namespace Anteroom.Server.Connections;

/// <summary>Who may come in by a connection that is in test: object ids of its tenant, and users of the organization.</summary>
/// <remarks>Both are identities that nobody can take over; names and addresses are labels, and admit nobody (design.md §1).</remarks>
public static class Testers
{
    public const int Most = 100;

    /// <summary>An object id or a user's id in its one spelling; null for anything else.</summary>
    public static string? Normalize(string? text) =>
        Guid.TryParse(text, out var objectId) && objectId != Guid.Empty ? objectId.ToString("D")
        : UserId.TryParse(text?.Trim(), out var user) ? user.ToString()
        : null;

    /// <param name="objectId">At Entra; null at other providers, where only users can be named.</param>
    /// <param name="user">The account that is linked to the proven identity; null where there is none.</param>
    public static bool Include(IReadOnlyList<string> testers, Guid? objectId, UserId? user) =>
        (objectId is { } id && testers.Contains(id.ToString("D"))) || (user is { } known && testers.Contains(known.ToString()));
}
