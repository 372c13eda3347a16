using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Mail;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Tests.Mail;

public sealed class MailSettingsTests : IAsyncLifetime
{
    private MailScenario _mail = null!;

    public async ValueTask InitializeAsync() => _mail = await MailScenario.CreateAsync(configured: false);

    public ValueTask DisposeAsync() => _mail.DisposeAsync();

    private async Task<MailSettings> SaveAsync(MailSettingsDraft draft)
    {
        var saved = await _mail.Get<MailSettingsStore>().SaveAsync(draft, null, MailScenario.Context, default);
        Assert.True(saved.TryGet(out var settings, out var refusal), refusal?.Detail);
        return settings;
    }

    private async Task<MailRefusal> RefuseAsync(MailSettingsDraft draft)
    {
        var saved = await _mail.Get<MailSettingsStore>().SaveAsync(draft, null, MailScenario.Context, default);
        Assert.False(saved.TryGet(out _, out var refusal));
        return refusal;
    }

    [Fact]
    [Trait("Security", "SEC-267")]
    public async Task A_password_is_stored_sealed_and_shown_by_its_end_and_date()
    {
        var saved = await SaveAsync(_mail.Draft());
        Assert.Equal("6789", saved.Smtp!.Password!.Last4);
        var canaries = new CanarySearch();
        canaries.Plant("password", MailScenario.Password);
        Assert.Empty(canaries.FindIn("database", await CanarySearch.DumpAsync(_mail.OwnerConnectionString)));
        Assert.Empty(canaries.FindIn("logs", _mail.Logs.All));
        Assert.Equal(saved, await _mail.Get<MailSettingsStore>().ReadAsync(default));
    }

    [Fact]
    public async Task A_password_that_is_left_out_is_kept_for_the_same_place_only()
    {
        await SaveAsync(_mail.Draft());
        var same = _mail.Draft() with { SenderName = "Other", Smtp = _mail.Draft().Smtp! with { Password = null } };
        Assert.Equal("6789", (await SaveAsync(same)).Smtp!.Password!.Last4);
        foreach (
            var moved in (SmtpDraft[])
                [
                    same.Smtp! with
                    {
                        Host = "127.0.0.1",
                    },
                    same.Smtp with
                    {
                        Port = 2525,
                    },
                    same.Smtp with
                    {
                        UserName = "other",
                    },
                    same.Smtp with
                    {
                        StartTls = false,
                    },
                ]
        )
            Assert.Equal(ReasonCodes.ValidationFailed, (await RefuseAsync(same with { Smtp = moved })).Code);
        // What was kept is the real one.
        await _mail.EnqueueAsync(_mail.Recovery());
        await _mail.DeliverAsync();
        Assert.Equal(MailScenario.Password, Assert.Single(_mail.Smtp.Mails).Password);
    }

    [Fact]
    public async Task A_changed_transport_counts_for_the_next_mail()
    {
        await SaveAsync(_mail.Draft());
        await _mail.EnqueueAsync(_mail.Recovery("recovery:1"));
        await _mail.DeliverAsync();
        await using var other = new SmtpServer();
        await SaveAsync(_mail.Draft() with { Smtp = new("localhost", other.Port, true, null, null) });
        await _mail.EnqueueAsync(_mail.Recovery("recovery:2"));
        await _mail.DeliverAsync();
        Assert.Equal((1, 1), (_mail.Smtp.Mails.Count, other.Mails.Count));
    }

    [Fact]
    public async Task What_cannot_work_is_refused_with_the_cure()
    {
        var draft = _mail.Draft();
        var graph = new GraphDraft("global", Guid.CreateVersion7(), Guid.CreateVersion7().ToString("D"), new Secret("a~secret-of-entra"));
        Assert.Contains("587", (await RefuseAsync(draft with { Smtp = draft.Smtp! with { Port = 465 } })).Detail, StringComparison.Ordinal);
        Assert.NotNull(await RefuseAsync(draft with { SenderAddress = null }));
        Assert.NotNull(await RefuseAsync(draft with { SenderAddress = "a@b.example, c@d.example" }));
        Assert.NotNull(await RefuseAsync(draft with { SenderName = "Contoso\r\nBcc: eve@evil.example" }));
        Assert.NotNull(await RefuseAsync(draft with { Smtp = null }));
        Assert.NotNull(await RefuseAsync(draft with { Smtp = draft.Smtp! with { UserName = null } }));
        Assert.NotNull(await RefuseAsync(draft with { Transport = MailWay.Graph }));
        Assert.NotNull(await RefuseAsync(draft with { Graph = graph with { Cloud = "mars" } }));
        Assert.NotNull(await RefuseAsync(draft with { Graph = graph with { ClientSecret = null } }));
        Assert.Equal(
            ReasonCodes.SecretIsId,
            (await RefuseAsync(draft with { Graph = graph with { ClientSecret = new(Guid.CreateVersion7().ToString()) } })).Code
        );
        Assert.Equal("ntra", (await SaveAsync(draft with { Graph = graph })).Graph!.ClientSecret!.Last4);
    }

    [Fact]
    [Trait("Security", "SEC-320")]
    public async Task A_change_is_audited_without_the_secret()
    {
        await SaveAsync(_mail.Draft());
        var rows = await _mail
            .Database.In(Server.Platform.OrganizationId.Platform)
            .ListAsync<string>(
                "SELECT details::text FROM audit_events WHERE organization_id = @organization AND action = 'mail_settings.updated'",
                null,
                default
            );
        var details = Assert.Single(rows);
        Assert.Contains("smtpCredentialChanged", details, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_tells_each_step_and_the_cure_of_the_one_that_failed()
    {
        Assert.Equal([("settings", MailTestResult.Failed, ReasonCodes.MailNotConfigured)], await TestAsync());
        await SaveAsync(_mail.Draft());
        Assert.Equal(
            [
                ("settings", MailTestResult.Passed, null),
                ("connection", MailTestResult.Passed, null),
                ("encryption", MailTestResult.Passed, null),
                ("credential", MailTestResult.Passed, null),
                ("delivery", MailTestResult.Passed, null),
            ],
            await TestAsync()
        );
        Assert.Single(_mail.Smtp.Mails);

        await SaveAsync(_mail.Draft() with { Smtp = _mail.Draft().Smtp! with { Password = new("wrong-password-here") } });
        Assert.Equal(
            [
                ("settings", MailTestResult.Passed, null),
                ("connection", MailTestResult.Passed, null),
                ("encryption", MailTestResult.Passed, null),
                ("credential", MailTestResult.Failed, ReasonCodes.MailCredentialRefused),
                ("delivery", MailTestResult.Unknown, null),
            ],
            await TestAsync()
        );
    }

    private async Task<List<(string Name, MailTestResult Result, string? Code)>> TestAsync()
    {
        var steps = await _mail.Get<TestMail>().RunAsync(Platform.Mail.MailMessages.Ada, MailScenario.Context, default);
        Assert.All(steps.Where(step => step.Result == MailTestResult.Failed), step => Assert.False(string.IsNullOrEmpty(step.Cure)));
        return [.. steps.Select(step => (step.Name, step.Result, step.Code))];
    }
}
