using System.Text.Json.Serialization;
using Anteroom.Entra.IdTokens;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.SignIn.TenantProof;

/// <summary>What a sign-in has shown of somebody's tenant.</summary>
/// <param name="By">Who began it in the console; to nobody else is it worth anything.</param>
/// <param name="Tenant">From the validated id_token; null where there is none to be had.</param>
/// <param name="Account">How the account is called at Entra.</param>
/// <param name="Reason">Why it proves nothing; null where it does.</param>
/// <param name="Upstream">The provider's own code, where it refused with one that we know.</param>
public sealed record ProvenTenant(
    UserId By,
    ConnectionId Connection,
    string Cloud,
    Guid? Tenant,
    string? Account,
    string? Reason,
    string? Upstream
)
{
    /// <summary>The tenant that an account is a member of. A guest speaks for no tenant but the one at home, a personal account for none.</summary>
    public static Guid? Of(ValidatedIdToken token) =>
        token is { Identity: EntraIdentity person, IsGuest: not true, IdentityProvider: null }
        && person.TenantId != Entra.Providers.Cloud.ConsumerTenant
            ? person.TenantId
            : null;

    /// <summary>The part of the account's name after the last @, for people.</summary>
    [JsonIgnore]
    public string? Domain => Account is not null && Account.LastIndexOf('@') is >= 0 and var at ? Account[(at + 1)..] : null;
}

[JsonSerializable(typeof(ProvenTenant))]
internal sealed partial class TenantProofJson : JsonSerializerContext;
