using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>One grant type of the token endpoint (entra-oidc.md §3.1).</summary>
internal interface ITokenGrant
{
    /// <summary>Every name by which clients ask for it.</summary>
    IReadOnlyList<string> GrantTypes { get; }

    Task<Result<JsonObject, AadstsError>> RedeemAsync(TokenRequest request, CancellationToken ct);
}
