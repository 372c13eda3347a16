using Anteroom.Server.Connections;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Organizations;
using Anteroom.Server.SignIn.Records;

namespace Anteroom.Server.Console.Trail;

/// <summary>Something that an administrator should look at.</summary>
/// <param name="Text">Key of its words.</param>
/// <param name="About">What it is about, for the words.</param>
/// <param name="Page">The page of the organization where it is mended.</param>
internal sealed record AttentionItem(string Text, string About, string Page);

/// <summary>What the list is decided on.</summary>
/// <param name="Secrets">Applications whose last secret ends within the notice.</param>
internal sealed record AttentionFacts(
    Organization Room,
    IReadOnlyList<Connection> Connections,
    IReadOnlyList<OrganizationDomain> Domains,
    IReadOnlyList<ApiKey> ApiKeys,
    IReadOnlyList<EndingSecret> Secrets,
    SignInDay? Today,
    DateTimeOffset Now
);

/// <summary>Decides what needs attention, most urgent first.</summary>
internal static class Attention
{
    /// <summary>How long before its end something is told of.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    private const int FewSignIns = 10;

    public static IReadOnlyList<AttentionItem> Of(AttentionFacts facts)
    {
        List<AttentionItem> items = [];
        if (!facts.Room.IsActive)
            items.Add(new("Attention.Disabled", facts.Room.Name, "settings"));
        var hasLocalWay = facts.Room.AllowsPasskeys || facts.Room.AllowsPasswords;
        if (!facts.Room.IsPlatform && !hasLocalWay && facts.Connections.All(one => one.State != ConnectionState.Active))
            items.Add(new("Attention.NoWayIn", "", "connections"));
        foreach (var domain in facts.Domains.Where(domain => domain.LostFrom is not null))
            items.Add(new("Attention.DomainProof", domain.Name, "domains"));
        foreach (var connection in facts.Connections.Where(one => one.State == ConnectionState.Submitted))
            items.Add(new("Attention.Submitted", connection.Name, $"connections/{connection.Id}"));
        foreach (
            var connection in facts.Connections.Where(one =>
                one.Settings.Certificate is { } certificate
                && certificate.EndsAt - facts.Now <= Notice
                && one.State != ConnectionState.Disabled
            )
        )
            items.Add(new("Attention.CertificateEnds", connection.Name, $"connections/{connection.Id}/certificates"));
        foreach (
            var connection in facts.Connections.Where(one =>
                one.Settings.Certificate is null
                && CredentialEnds.Of(one) is { } day
                && day <= DateOnly.FromDateTime((facts.Now + Notice).UtcDateTime)
            )
        )
            items.Add(new("Attention.SecretEnds", connection.Name, $"connections/{connection.Id}"));
        foreach (var secret in facts.Secrets)
            items.Add(new("Attention.ApplicationSecretEnds", secret.Name, $"applications/{secret.Application}"));
        if (facts.Today is { } today && today.Refused > today.Admitted + today.Created && today.Refused >= FewSignIns)
            items.Add(
                new(
                    "Attention.Refusals",
                    today.Refused.ToString(System.Globalization.CultureInfo.CurrentCulture),
                    "audit?action=sign_in.refused"
                )
            );
        foreach (
            var key in facts.ApiKeys.Where(key => key.RevokedAt is null && key.ExpiresAt > facts.Now && key.ExpiresAt - facts.Now <= Notice)
        )
            items.Add(new("Attention.KeyEnds", key.Name, "api-keys"));
        foreach (var domain in facts.Domains.Where(domain => domain.State == DomainState.Asserted).Take(3))
            items.Add(new("Attention.Domain", domain.Name, "domains"));
        return items;
    }
}
