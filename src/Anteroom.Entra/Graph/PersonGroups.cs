using System.Text.Json;
using Anteroom.Entra.IdTokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Graph;

/// <summary>All groups of one person, those of nested groups included, by object id: what a token would list if they fitted.</summary>
/// <remarks>
/// <c>transitiveMemberOf</c> without a cast needs no advanced query and the fewest permissions: User.Read (delegated) for oneself,
/// GroupMember.Read.All (application) for somebody. Directory roles and administrative units come along and are left out.
/// </remarks>
public sealed class PersonGroups(GraphClient graph)
{
    private const string GroupType = "#microsoft.graph.group";
    private const int Most = 20_000;

    private static readonly string Memberships = $"transitiveMemberOf?$select=id&$top={GraphClient.PageSize}";

    /// <param name="access">With the person's own token.</param>
    public Task<Result<TokenGroups.Listed, GraphFailure>> OfSignedInAsync(GraphAccess access, CancellationToken ct) =>
        ListAsync(access, $"me/{Memberships}", ct);

    /// <param name="access">With the application's token.</param>
    public Task<Result<TokenGroups.Listed, GraphFailure>> OfAsync(GraphAccess access, Guid objectId, CancellationToken ct) =>
        ListAsync(access, $"users/{objectId:D}/{Memberships}", ct);

    private async Task<Result<TokenGroups.Listed, GraphFailure>> ListAsync(GraphAccess access, string path, CancellationToken ct)
    {
        if (!(await graph.ListAsync(access, path, Most, ct)).TryGet(out var memberships, out var failure))
            return failure;
        var groups = new List<string>(memberships.Items.Count);
        foreach (var membership in memberships.Items)
        {
            if (Text(membership, "@odata.type") is not { } type || Text(membership, "id") is not { } id)
                return GraphFailure.Malformed;
            if (type == GroupType)
                groups.Add(id);
        }
        return new TokenGroups.Listed(groups);
    }

    private static string? Text(JsonElement item, string member) =>
        item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
