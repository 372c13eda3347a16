using System.Net;
using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;

namespace Anteroom.Server.Connections;

/// <summary>What an app registration holds to trust our tokens in a secret's place: the three texts of a federated credential, compared letter by letter.</summary>
public sealed record FederatedTrust(string Issuer, string Subject, string Audience)
{
    private static readonly string[] PrivateSuffixes =
    [
        ".localhost",
        ".local",
        ".internal",
        ".lan",
        ".test",
        ".home.arpa",
        ".invalid",
        ".example",
    ];

    /// <param name="issuer">Ours: the public base URL.</param>
    public static FederatedTrust Of(Connection connection, string issuer) =>
        new(issuer, connection.Key, Cloud.TokenExchangeAudienceOf(connection.Settings.Cloud ?? Cloud.Global.Key));

    /// <summary>Why the cloud could not read our keys, or null. It fetches them itself, so they have to lie on the internet, or the cloud on this machine.</summary>
    public static string? Fault(Uri issuer, Cloud cloud) =>
        cloud.Authority.IsLoopback && issuer.IsLoopback ? null
        : issuer.Scheme == Uri.UriSchemeHttps && IsPublicName(issuer) ? null
        : "credential 'federated' needs a public https address of this server, because the cloud reads our keys from there. Use 'certificate' or 'secret'.";

    /// <summary>In Entra's words, for comparing.</summary>
    public override string ToString() => $"Issuer is {Issuer}, Subject identifier is {Subject}, Audience is {Audience}.";

    private static bool IsPublicName(Uri address) =>
        IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal)
            ? AddressRules.IsPublic(literal)
            : address.IdnHost.Contains('.', StringComparison.Ordinal)
                && !PrivateSuffixes.Any(suffix => address.IdnHost.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
}
