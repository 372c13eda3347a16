using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Platform.Mail;

/// <summary>An app registration that may send mail in its tenant (application permission Mail.Send).</summary>
public sealed record GraphMailSettings(Cloud Cloud, Guid TenantId, string ClientId, Secret ClientSecret);

/// <summary>Sends through Microsoft Graph as the sender's mailbox: <c>POST /users/{sender}/sendMail</c>, answered by 202 when Exchange took the mail over.</summary>
/// <remarks>Graph takes one body; Exchange makes the plain text from the HTML. The mail is not kept in Sent Items: it may hold a link that opens an account.</remarks>
public sealed class GraphTransport(
    GraphMailSettings settings,
    TokenEndpointClient tokens,
    ProviderMetadataCache metadata,
    OutboundHttp http,
    TimeProvider clock
) : IMailTransport
{
    public const string Tenant = "tenant";
    public const string Credential = "credential";
    public const string Delivery = "delivery";

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private static readonly OutboundLimits Limits = new(0, TimeSpan.FromSeconds(15));
    private static readonly string Partition = OrganizationId.Platform.ToString();

    private Token? _token;

    public IReadOnlyList<string> Steps { get; } = [Tenant, Credential, Delivery];

    public async Task<MailOutcome> SendAsync(MailSender sender, MailMessage message, CancellationToken ct)
    {
        if (!(await TokenAsync(ct)).TryGet(out var token, out var refused))
            return refused;

        var graph = settings.Cloud.Graph.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var address = new Uri($"{graph}/v1.0/users/{Uri.EscapeDataString(sender.Address.Value)}/sendMail");
        var sent = await http.SendAsync(
            new(HttpMethod.Post, address, Partition, "graph mail " + settings.Cloud.Key, Limits)
            {
                Json = Body(sender, message),
                Authorization = new($"Bearer {token.Value.Reveal()}"),
                Trust = settings.Cloud.TrustFor(address),
                IgnoresBody = true,
            },
            ct
        );
        return sent.TryGet(out var answer, out var failure) ? Judge(answer) : Judge(failure);
    }

    private static MailOutcome Judge(OutboundResponse answer) =>
        answer.Status == (int)HttpStatusCode.Accepted
            ? new(MailVerdict.Taken, null, Delivery)
            : new(MailVerdict.Unknown, ReasonCodes.MailOutcomeUnknown, Delivery) { Detail = $"Graph answered {answer.Status}." };

    private MailOutcome Judge(OutboundFailure failure)
    {
        if (failure.Status == (int)HttpStatusCode.Unauthorized)
            _token = null; // revoked before its time
        var (verdict, code) = (failure.Status, failure.Kind) switch
        {
            (400, _) => (MailVerdict.Refused, ReasonCodes.MailRecipientRefused),
            (401, _) => (MailVerdict.Later, ReasonCodes.MailCredentialRefused),
            (403, _) => (MailVerdict.Later, ReasonCodes.MailPermissionMissing),
            (404, _) => (MailVerdict.Later, ReasonCodes.MailSenderUnknown),
            (429 or 503, _) => (MailVerdict.Later, ReasonCodes.MailPostponed),
            (>= 400 and < 500, _) => (MailVerdict.Refused, ReasonCodes.MailRefused),
            (not null, _) => (MailVerdict.Unknown, ReasonCodes.MailOutcomeUnknown), // 500, 502, 504: it may have been taken
            (_, OutboundFailureKind.RetryLater or OutboundFailureKind.CircuitOpen or OutboundFailureKind.Busy) => (
                MailVerdict.Later,
                ReasonCodes.MailPostponed
            ),
            (
                _,
                OutboundFailureKind.RefusedUri
                    or OutboundFailureKind.RefusedAddress
                    or OutboundFailureKind.Unreachable
                    or OutboundFailureKind.Certificate
            ) => (MailVerdict.Later, ReasonCodes.MailServerUnreachable),
            _ => (MailVerdict.Unknown, ReasonCodes.MailOutcomeUnknown),
        };
        return new(verdict, code, Delivery)
        {
            Detail = failure.Status is { } status ? $"Graph answered {status}." : null,
            After = failure.RetryAfter,
        };
    }

    private async Task<Result<Token, MailOutcome>> TokenAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_token is { } known && now < known.Until)
            return known;

        var provider = new EntraProvider(settings.Cloud, settings.TenantId);
        if (!(await metadata.GetAsync(provider, ct)).TryGet(out var document, out var fault))
            return new MailOutcome(
                MailVerdict.Later,
                fault.Aadsts is { } unknown ? ReasonCatalogue.ForAadsts(unknown.Value).Code : ReasonCodes.MailServerUnreachable,
                Tenant
            )
            {
                Detail = fault.Detail,
            };
        var endpoint = new TokenEndpoint(
            provider,
            document.Metadata.TokenEndpoint,
            document.Metadata.TokenEndpointAuthenticationMethods,
            Partition
        );
        var asked = await tokens.RequestClientCredentialsAsync(
            endpoint,
            new(settings.ClientId, settings.ClientSecret),
            settings.Cloud.GraphScope,
            ct
        );
        if (!asked.TryGet(out var given, out var failure))
            return new MailOutcome(MailVerdict.Later, CodeOf(failure), Credential)
            {
                Detail = failure is UpstreamTokenError { Aadsts: { } aadsts } ? $"The tenant answered {aadsts}." : null,
                After = failure is TokenEndpointUnavailable { Failure.RetryAfter: { } wait } ? wait : null,
            };
        if (given.AccessToken is not { } access)
            return new MailOutcome(MailVerdict.Later, ReasonCodes.MailCredentialRefused, Credential);
        return _token = new(access, now + (given.ExpiresIn ?? TimeSpan.Zero) - Margin);
    }

    private static string CodeOf(TokenEndpointFailure failure) =>
        failure switch
        {
            UpstreamTokenError { Aadsts: { } aadsts } => ReasonCatalogue.ForAadsts(aadsts.Value).Code,
            TokenEndpointUnavailable => ReasonCodes.MailServerUnreachable,
            _ => ReasonCodes.MailCredentialRefused,
        };

    // https://learn.microsoft.com/graph/api/user-sendmail: the sender is the mailbox of the address; a name of our own needs no right of its own.
    private static byte[] Body(MailSender sender, MailMessage message) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["message"] = new JsonObject
                {
                    ["subject"] = message.Subject,
                    ["body"] = new JsonObject { ["contentType"] = "HTML", ["content"] = message.Html },
                    ["from"] = new JsonObject { ["emailAddress"] = Address(sender.Address, sender.Name) },
                    ["toRecipients"] = new JsonArray(new JsonObject { ["emailAddress"] = Address(message.To, name: null) }),
                },
                ["saveToSentItems"] = false,
            }
        );

    private static JsonObject Address(EmailAddress address, string? name)
    {
        var json = new JsonObject { ["address"] = address.Value };
        if (name is not null)
            json["name"] = name;
        return json;
    }

    private sealed record Token(Secret Value, DateTimeOffset Until);
}
