using System.Text.Json.Nodes;
using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Tests.EntraEmulator;
using Anteroom.Tests.EntraEmulator.Graph;

namespace Anteroom.Tests.Platform.Mail;

/// <summary>Against the emulator, whose rules are Microsoft's documentation.</summary>
public sealed class GraphTransportTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;
    private GraphTenant _tenant = null!;
    private OutboundHttp _http = null!;
    private Cloud _cloud = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        _tenant = new(_stage, _stage.TenantId, "contoso.example");
        Assert.True(OutboundAllowance.TryParse(_stage.Url, null, out var allowance, out _));
        _http = new(new() { Allowances = [allowance] }, TimeProvider.System);
        Assert.True(Cloud.TryCreate("emulator", _stage.Url, _stage.Url + "/graph", [], out var cloud, out var fault), fault);
        _cloud = cloud;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _stage.DisposeAsync();
    }

    private async Task<(GraphTransport Transport, string AppId)> TransportAsync(string[] permissions, string? secret = null)
    {
        var (appId, right) = await _tenant.RegisterAsync();
        await _tenant.GiveAsync(appId, permissions);
        var transport = new GraphTransport(
            new(_cloud, Guid.Parse(_tenant.Id), appId, new(secret ?? right)),
            new TokenEndpointClient(_http),
            new ProviderMetadataCache(_http, TimeProvider.System, _ => { }),
            _http,
            TimeProvider.System
        );
        return (transport, appId);
    }

    private MailSender Sender() => new(MailMessages.Address(_stage.User.UserPrincipalName), "Contoso");

    private async Task<JsonArray> MailsAsync() => (JsonArray)(await _stage.ControlAsync(HttpMethod.Get, "/mails"))["items"]!;

    [Fact]
    public async Task A_mail_is_taken_over_by_Graph_and_not_kept_in_Sent_Items()
    {
        var (transport, _) = await TransportAsync(["Mail.Send"]);
        var outcome = await transport.SendAsync(Sender(), MailMessages.Message(), default);
        Assert.Equal((MailVerdict.Taken, null), (outcome.Verdict, outcome.Code));
        var mail = Assert.Single(await MailsAsync())!;
        Assert.Equal("ada@example.com", (string?)Assert.Single(mail["to"]!.AsArray()));
        Assert.Equal(("HTML", "<!doctype html><p>Hällo</p>"), ((string?)mail["contentType"], (string?)mail["content"]));
        Assert.Equal(("Grüße aus dem Vorzimmer", false), ((string?)mail["subject"], (bool)mail["saveToSentItems"]!));
    }

    [Fact]
    public async Task Without_the_permission_the_cure_names_it_and_the_consent()
    {
        var (transport, _) = await TransportAsync(["User.Read.All"]);
        var outcome = await transport.SendAsync(Sender(), MailMessages.Message(), default);
        Assert.Equal((MailVerdict.Later, ReasonCodes.MailPermissionMissing), (outcome.Verdict, outcome.Code));
        var cure = ReasonCatalogue.Get(outcome.Code!).Administrator!;
        Assert.Contains("Mail.Send", cure, StringComparison.Ordinal);
        Assert.Contains("Grant admin consent", cure, StringComparison.Ordinal);
        Assert.Empty(await MailsAsync());
    }

    [Fact]
    public async Task A_sender_without_a_mailbox_is_named()
    {
        var (transport, _) = await TransportAsync(["Mail.Send"]);
        var outcome = await transport.SendAsync(new(MailMessages.Address("nobody@contoso.example"), null), MailMessages.Message(), default);
        Assert.Equal((MailVerdict.Later, ReasonCodes.MailSenderUnknown), (outcome.Verdict, outcome.Code));
    }

    [Fact]
    public async Task A_wrong_secret_is_named_as_in_a_connection()
    {
        var (transport, _) = await TransportAsync(["Mail.Send"], secret: "wrong~but-long-enough-to-be-one");
        var outcome = await transport.SendAsync(Sender(), MailMessages.Message(), default);
        Assert.Equal((MailVerdict.Later, ReasonCodes.SecretInvalid), (outcome.Verdict, outcome.Code));
        Assert.Equal(GraphTransport.Credential, outcome.Step);
    }

    [Theory] // 429 and 503 say that nothing was done; after another failure of the service nobody knows
    [InlineData(429, 7.0, MailVerdict.Later, ReasonCodes.MailPostponed)]
    [InlineData(503, 30.0, MailVerdict.Later, ReasonCodes.MailPostponed)]
    [InlineData(500, null, MailVerdict.Unknown, ReasonCodes.MailOutcomeUnknown)]
    [InlineData(504, null, MailVerdict.Unknown, ReasonCodes.MailOutcomeUnknown)]
    public async Task A_pause_that_Graph_asks_for_is_passed_on(int status, double? wait, MailVerdict verdict, string code)
    {
        var (transport, _) = await TransportAsync(["Mail.Send"]);
        await _stage.PostAsync(
            "/faults",
            new
            {
                path = $"/graph/v1.0/users/{_stage.User.UserPrincipalName}/sendMail",
                kind = "status",
                status,
                retryAfterSeconds = wait,
                times = 1,
            }
        );
        var outcome = await transport.SendAsync(Sender(), MailMessages.Message(), default);
        Assert.Equal((verdict, code), (outcome.Verdict, outcome.Code));
        if (wait is { } seconds)
            Assert.InRange(outcome.After!.Value.TotalSeconds, seconds - 1, seconds + 1);
    }

    [Fact]
    public async Task An_answer_that_is_lost_leaves_it_unknown()
    {
        var (transport, _) = await TransportAsync(["Mail.Send"]);
        await _stage.PostAsync(
            "/faults",
            new
            {
                path = $"/graph/v1.0/users/{_stage.User.UserPrincipalName}/sendMail",
                kind = "lostAnswer",
                times = 1,
            }
        );
        var outcome = await transport.SendAsync(Sender(), MailMessages.Message(), default);
        Assert.Equal((MailVerdict.Unknown, ReasonCodes.MailOutcomeUnknown), (outcome.Verdict, outcome.Code));
        Assert.Single(await MailsAsync());
    }
}
