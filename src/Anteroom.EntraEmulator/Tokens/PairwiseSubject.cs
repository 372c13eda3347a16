using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary><c>sub</c>: 43 characters, different for every application and tenant (entra-oidc.md §4.1).</summary>
internal static class PairwiseSubject
{
    public static string Of(Tenant tenant, User user, Guid appId) =>
        Base64Url.EncodeToString(
            HMACSHA256.HashData(Base64Url.DecodeFromChars(tenant.PairwiseSalt), Encoding.ASCII.GetBytes($"{appId}{user.Id}"))
        );
}
