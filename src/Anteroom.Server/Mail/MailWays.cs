using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Mail;

/// <summary>The transport that the settings name, and who the mails come from.</summary>
public sealed record MailRoute(IMailTransport Transport, MailSender Sender);

/// <summary>Finds the way that mails take now: the operator's folder where one was given at start, else what the settings say.</summary>
public sealed class MailWays(
    MailSettingsStore settings,
    CloudStore clouds,
    TokenEndpointClient tokens,
    ProviderMetadataCache metadata,
    OutboundHttp http,
    AnteroomOptions options,
    TimeProvider clock
)
{
    private const string StandardName = "Anteroom";

    // A transport of Graph keeps its access token; it lasts as long as the settings that made it.
    private Known? _last;

    /// <summary>Whether the operator's start-up configuration overrides the settings.</summary>
    public bool DeliversToFolder => options.MailFolder is not null;

    /// <returns><c>mail_not_configured</c> where there is none.</returns>
    public async Task<Result<MailRoute, MailRefusal>> FindAsync(CancellationToken ct)
    {
        var (stored, password, clientSecret) = await settings.RevealAsync(ct);
        if (options.MailFolder is { } folder)
            return new MailRoute(new FolderTransport(folder, clock), SenderOf(stored) ?? Standard());
        if (_last is { } last && last.Version == stored.Version)
            return last.Route;
        if (SenderOf(stored) is not { } sender || await TransportAsync(stored, password, clientSecret, ct) is not { } transport)
            return new MailRefusal(ReasonCodes.MailNotConfigured);
        var route = new MailRoute(transport, sender);
        _last = new(stored.Version, route);
        return route;
    }

    private async Task<IMailTransport?> TransportAsync(MailSettings stored, Secret? password, Secret? clientSecret, CancellationToken ct) =>
        stored switch
        {
            { Transport: MailWay.Smtp, Smtp: { } smtp } => new SmtpTransport(
                new(smtp.Host, smtp.Port, smtp.StartTls, smtp.UserName, password),
                clock
            ),
            { Transport: MailWay.Graph, Graph: { } graph }
                when clientSecret is not null && await clouds.FindAsync(graph.Cloud, ct) is { } cloud => new GraphTransport(
                new(cloud, graph.TenantId, graph.ClientId, clientSecret),
                tokens,
                metadata,
                http,
                clock
            ),
            _ => null,
        };

    private static MailSender? SenderOf(MailSettings stored) =>
        EmailAddress.TryParse(stored.SenderAddress, out var address) ? new(address, stored.SenderName) : null;

    private MailSender Standard() =>
        new(
            EmailAddress.TryParse($"anteroom@{options.BaseUri.Host}", out var address)
            || EmailAddress.TryParse("anteroom@localhost", out address)
                ? address
                : throw new InvalidOperationException("The standard sender is no address."),
            StandardName
        );

    private sealed record Known(long Version, MailRoute Route);
}
