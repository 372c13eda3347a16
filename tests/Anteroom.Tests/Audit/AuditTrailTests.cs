using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Tests.Platform;
using Npgsql;

namespace Anteroom.Tests.Audit;

public sealed class AuditTrailTests : IAsyncLifetime
{
    private GroundScenario _ground = null!;
    private AuditReader _reader = null!;

    public async ValueTask InitializeAsync()
    {
        _ground = await GroundScenario.CreateAsync();
        _reader = new AuditReader(_ground.Database);
    }

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    private async Task<AuditItem> RecordAndReadAsync(AuditEntry entry)
    {
        await _ground.RecordAsync(GroundScenario.Acme, entry);
        return (await _reader.ListAsync(GroundScenario.Acme, new(), default))[0];
    }

    [Fact]
    [Trait("Security", "SEC-320")]
    public async Task A_row_says_who_did_what_to_whom_when_from_where_and_how_it_ended()
    {
        var target = Identifiers.NewUuid(_ground.Clock);
        var row = await RecordAndReadAsync(
            new("user.updated", AuditResult.Success, null, "user", target, "Grace")
            {
                Details = new Dictionary<string, object?> { ["role"] = new Change("member", "manager") },
            }
        );
        Assert.Equal(
            ("user.updated", "success", "user", "Ada", "Grace"),
            (row.Action, row.Result, row.ActorKind, row.ActorName, row.TargetName)
        );
        Assert.Equal((target, "192.0.2.0/24", "c-1"), (row.TargetId!.Value, row.Network, row.CorrelationId));
        Assert.InRange(row.At, _ground.Clock.GetUtcNow().AddMilliseconds(-1), _ground.Clock.GetUtcNow());
        Assert.InRange(row.RecordedAt, row.At.AddMinutes(-1), row.At.AddMinutes(1)); // from the database
        Assert.Equal("""{"role":{"before":"member","after":"manager"}}""", row.Details.GetRawText().Replace(" ", ""), CanonicalOrder);
    }

    [Fact]
    [Trait("Security", "SEC-320")]
    public async Task A_row_about_something_without_an_id_still_says_its_name()
    {
        var row = await RecordAndReadAsync(
            AuditEntry.OfNamed("custom_field.created", AuditResult.Success, null, "customField", "costCentre", ("maxLength", 40))
        );
        Assert.Equal(("customField", null, "costCentre"), (row.TargetKind, row.TargetId, row.TargetName));
        Assert.Equal(40, row.Details.GetProperty("maxLength").GetInt32());

        var unnamed = await RecordAndReadAsync(new("mail.failed", AuditResult.Failed, "mail_refused", "mail"));
        Assert.Null(unnamed.TargetName);
    }

    // jsonb orders members by length: "after" before "before".
    private static readonly IEqualityComparer<string> CanonicalOrder = EqualityComparer<string>.Create(
        (a, b) => Order(a!) == Order(b!),
        text => Order(text).GetHashCode(StringComparison.Ordinal)
    );

    private static string Order(string json) => string.Concat(json.Order());

    [Fact]
    [Trait("Security", "SEC-320")]
    public async Task A_change_that_is_rolled_back_leaves_no_row()
    {
        await using (var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default))
            await _ground.Audit.RecordAsync(tx, GroundScenario.Context, new("user.created", AuditResult.Success), default);
        Assert.Empty((await _reader.ListAsync(GroundScenario.Acme, new(), default)));
    }

    [Theory]
    [Trait("Security", "SEC-321")]
    [InlineData("UPDATE audit_events SET action = 'x'")]
    [InlineData("DELETE FROM audit_events")]
    [InlineData("TRUNCATE audit_events")]
    [InlineData("UPDATE audit_seals SET number = 7")]
    [InlineData("DELETE FROM audit_seals")]
    public async Task The_program_itself_can_change_or_remove_no_row(string sql)
    {
        await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success));
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            _ground.Database.In(GroundScenario.Acme).ExecuteAsync(sql, null, default)
        );
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    [Trait("Security", "SEC-326")]
    public async Task Erasing_a_name_changes_no_row()
    {
        var user = Identifiers.NewUuid(_ground.Clock);
        await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success, null, "user", user, "Grace"));
        var stored = await _ground
            .Database.In(GroundScenario.Acme)
            .FirstAsync<string>("SELECT audit_events::text FROM audit_events", null, default);
        Assert.DoesNotContain("Grace", stored, StringComparison.Ordinal);

        await _ground
            .Database.In(GroundScenario.Acme)
            .ExecuteAsync("DELETE FROM audit_names WHERE organization_id = @organization AND id = @user", new { user }, default);
        var row = Assert.Single((await _reader.ListAsync(GroundScenario.Acme, new(User: user), default)));
        Assert.Equal((user, null), (row.TargetId, row.TargetName));
    }

    [Fact]
    public async Task A_changed_name_is_shown_as_it_is_now()
    {
        var user = Identifiers.NewUuid(_ground.Clock);
        await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success, null, "user", user, "Grace"));
        await _ground.RecordAsync(GroundScenario.Acme, new("user.updated", AuditResult.Success, null, "user", user, "Grace Hopper"));
        Assert.All(
            (await _reader.ListAsync(GroundScenario.Acme, new(User: user), default)),
            row => Assert.Equal("Grace Hopper", row.TargetName)
        );
    }

    [Fact]
    public async Task Somebody_who_changes_themselves_is_named_once()
    {
        var self = GroundScenario.Context.Actor.Id;
        var row = await RecordAndReadAsync(new("user.updated", AuditResult.Success, null, "user", self, "Ada"));
        Assert.Equal("Ada", row.TargetName);
    }

    [Fact]
    [Trait("Security", "SEC-323")]
    public async Task Control_characters_are_encoded_and_long_values_cut()
    {
        var row = await RecordAndReadAsync(
            new("sign_in.refused", AuditResult.Refused, "a\r\nb\0c", "user", Identifiers.NewUuid(_ground.Clock), "x\u202Ey")
            {
                Details = new Dictionary<string, object?> { ["agent"] = "line\nfeed\0" + new string('é', 5000) },
            }
        );
        Assert.Equal("a\\u000d\\u000ab\\u0000c", row.Reason);
        Assert.Equal("x\\u202ey", row.TargetName);
        var agent = row.Details.GetProperty("agent").GetString()!;
        Assert.StartsWith("line\\u000afeed\\u0000é", agent, StringComparison.Ordinal);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(agent), 1000, 1024);
    }

    [Fact]
    [Trait("Security", "SEC-322")]
    public async Task Members_that_hold_secrets_are_masked()
    {
        var row = await RecordAndReadAsync(
            new("connection.updated", AuditResult.Success)
            {
                Details = new Dictionary<string, object?>
                {
                    ["clientSecret"] = new Change("canary-1", "canary-2"),
                    ["password"] = "canary-3",
                    ["secretRotated"] = true,
                },
            }
        );
        Assert.DoesNotContain("canary", row.Details.GetRawText(), StringComparison.Ordinal);
        Assert.True(row.Details.GetProperty("secretRotated").GetBoolean());
    }

    [Fact]
    [Trait("Security", "SEC-322")]
    public async Task A_secret_cannot_be_recorded_at_all()
    {
        var entry = new AuditEntry("x.y", AuditResult.Success)
        {
            Details = new Dictionary<string, object?> { ["value"] = new Secret("canary") },
        };
        await Assert.ThrowsAsync<NotSupportedException>(() => _ground.RecordAsync(GroundScenario.Acme, entry));
    }

    [Fact]
    [Trait("Security", "SEC-324")]
    public async Task Beyond_a_hundred_refusals_a_minute_a_cause_is_counted_and_told_in_one_row()
    {
        _ground.Clock.Set(new DateTimeOffset(2026, 3, 4, 5, 6, 0, TimeSpan.Zero));
        var entry = new AuditEntry("sign_in.refused", AuditResult.Refused, "account_required");
        var written = 0;
        for (var i = 0; i < 130; i++)
            written += await _ground.Audit.RecordRefusalAsync(GroundScenario.Acme, GroundScenario.Context, entry, default) ? 1 : 0;
        Assert.Equal(RefusalLimiter.PerMinute, written);

        // Another cause, and another organization, still get their rows.
        Assert.True(
            await _ground.Audit.RecordRefusalAsync(
                GroundScenario.Acme,
                GroundScenario.Context,
                entry with
                {
                    Reason = "mfa_required",
                },
                default
            )
        );
        Assert.True(await _ground.Audit.RecordRefusalAsync(GroundScenario.Globex, GroundScenario.Context, entry, default));

        _ground.Clock.Advance(TimeSpan.FromMinutes(1));
        await _ground.Sealer().RunOnceAsync(default);
        var counted = Assert.Single((await _reader.ListAsync(GroundScenario.Acme, new(Action: "audit.refusals_counted"), default)));
        Assert.Equal(("account_required", 30), (counted.Reason, counted.Details.GetProperty("count").GetInt32()));
        Assert.True(await _ground.Audit.RecordRefusalAsync(GroundScenario.Acme, GroundScenario.Context, entry, default));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition()
    {
        for (var i = 0; i < 7; i++)
            await _ground.RecordAsync(GroundScenario.Acme, new(i % 2 == 0 ? "user.created" : "connection.created", AuditResult.Success));
        await _ground.RecordAsync(GroundScenario.Globex, new("user.created", AuditResult.Success));

        var seen = new List<long>();
        long? after = null;
        while (await _reader.ListAsync(GroundScenario.Acme, new(after, Limit: 3), default) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(item => item.Id));
            after = seen[^1];
        }
        Assert.Equal(7, seen.Count);
        Assert.Equal(seen.OrderDescending(), seen);

        Assert.Equal(4, (await _reader.ListAsync(GroundScenario.Acme, new(Action: "user.created"), default)).Count);
        Assert.Equal(3, (await _reader.ListAsync(GroundScenario.Acme, new(Action: "connection."), default)).Count);
        Assert.Equal(7, (await _reader.ListAsync(GroundScenario.Acme, new(User: GroundScenario.Context.Actor.Id), default)).Count);
        var oldestFirst = await _reader.ListAsync(GroundScenario.Acme, new() { IsAscending = true }, default);
        Assert.Equal(seen.Order(), oldestFirst.Select(item => item.Id));
        Assert.Equal(seen[2], (await _reader.FindAsync(GroundScenario.Acme, seen[2], default))!.Id);
        Assert.Null(await _reader.FindAsync(GroundScenario.Globex, seen[2], default));
    }
}
