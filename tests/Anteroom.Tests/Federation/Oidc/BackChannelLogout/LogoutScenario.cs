using Anteroom.Entra.Outbound;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.BackChannelLogout;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Notifications;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.Entra;
using Anteroom.Tests.Entra.Outbound;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Tests.Federation.Oidc.BackChannelLogout;

/// <summary>An application that wants to know, its server, and one notice for it. As it stands the server says 200.</summary>
internal sealed class LogoutScenario : IAsyncDisposable
{
    private LogoutScenario(OidcScenario oidc, ScriptedServer receiver) => (Oidc, Receiver) = (oidc, receiver);

    public OidcScenario Oidc { get; }
    public ScriptedServer Receiver { get; }
    public OutboundHttp Http { get; private set; } = null!;

    public static async Task<LogoutScenario> CreateAsync(
        FederationFixture fixture,
        Func<ScriptedRequest, byte[]>? reply = null,
        Func<ApplicationDraft, ApplicationDraft>? change = null,
        string? address = null
    )
    {
        var receiver = ScriptedServer.Replying(reply ?? (_ => Reply.Raw([], contentType: "text/plain")));
        var draft = OidcScenario.Draft() with { BackChannelLogoutUri = address ?? receiver.Origin + "/logout" };
        var oidc = await OidcScenario.CreateAsync(fixture, change?.Invoke(draft) ?? draft);
        return new(oidc, receiver)
        {
            Http = new(new OutboundOptions { Allowances = [OutboundScenario.Allow(receiver.Origin)] }, oidc.Clock),
        };
    }

    public DeliverLogoutNotice Handler =>
        new(
            Oidc.Node.Get<ApplicationStore>(),
            Oidc.Node.Get<LogoutTokens>(),
            Http,
            Oidc.Node.Get<Database>(),
            Oidc.Node.Get<AuditTrail>(),
            Oidc.Clock,
            NullLogger<DeliverLogoutNotice>.Instance
        );

    public OutboxItem Item(int attempt = 1) =>
        new(
            Guid.CreateVersion7(),
            Oidc.Organization,
            LogoutNotice.Kind,
            System.Text.Json.JsonSerializer.SerializeToElement(
                new LogoutNotice(Oidc.Application.ClientId, Oidc.User.Value, Oidc.Session.Id.Value, "signed_out", "c-1"),
                System.Text.Json.JsonSerializerOptions.Web
            ),
            attempt,
            Oidc.Clock.GetUtcNow()
        );

    public Task<OutboxOutcome> DeliverAsync(int attempt = 1) => Handler.DeliverAsync(Item(attempt), default);

    /// <summary>The session ends: the notice lies in the outbox as the product puts it there.</summary>
    public async Task EnqueueAsync()
    {
        await using var tx = await Oidc.Node.Get<Database>().BeginAsync(Oidc.Organization, default);
        var departure = new Departure(
            Oidc.User,
            [new(Oidc.Session.Id.Value, Oidc.Application.ClientId)],
            "signed_out",
            new(Actor.System, null, null, "c-1")
        );
        await new LogoutNotices(new Outbox(Oidc.Clock)).EnqueueAsync(tx, departure, default);
        await tx.CommitAsync(default);
    }

    /// <summary>One look of a server at the outbox.</summary>
    public Task WorkAsync() =>
        new OutboxWorker(
            Oidc.Node.Get<Database>(),
            [Handler],
            Oidc.Node.Get<Notifications>(),
            Oidc.Clock,
            NullLogger<OutboxWorker>.Instance
        ).RunOnceAsync(default);

    public async Task<Notice> NoticeAsync() =>
        (
            await Oidc
                .Node.Get<Database>()
                .OutsideOrganizations.FirstAsync<Notice>(
                    "SELECT outcome, attempts, done_at FROM outbox WHERE organization_id = @organization",
                    new { organization = Oidc.Organization.Value },
                    default
                )
        )!;

    public sealed record Notice(string? Outcome, int Attempts, DateTimeOffset? DoneAt);

    /// <summary>What the application's server was sent, newest last.</summary>
    public IReadOnlyList<string> Tokens =>
        [.. Receiver.Requests.Select(request => QueryHelpers.ParseQuery(request.Body)["logout_token"].ToString())];

    public Task<long> AuditedAsync(string result) =>
        Oidc.FirstAsync<long>(
            "SELECT count(*) FROM audit_events WHERE organization_id = @organization AND action = 'application.logout_told' AND result = @result AND correlation_id = 'c-1'",
            new { result }
        );

    public static string KindOf(OutboxOutcome outcome) =>
        outcome switch
        {
            OutboxOutcome.Done => "delivered",
            OutboxOutcome.Again => "retry",
            _ => "givenUp",
        };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Receiver.DisposeAsync();
        await Oidc.DisposeAsync();
    }
}
