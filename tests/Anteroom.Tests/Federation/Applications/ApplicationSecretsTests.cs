using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Tests.Federation.Oidc;
using static Anteroom.Tests.Federation.Applications.ApplicationOutcomes;

namespace Anteroom.Tests.Federation.Applications;

public sealed class ApplicationSecretsTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private static readonly AuditContext Context = OidcScenario.Context;

    [Theory]
    [InlineData("public")]
    [InlineData("native")]
    public async Task A_client_that_cannot_keep_a_secret_gets_none(string kind)
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture, OidcScenario.Draft() with { ClientKind = kind });
        Assert.Null(scenario.ClientSecret);
        Assert.Equal(ClientAuthentication.None, scenario.Application.Authentication);
        var refused = await scenario
            .Node.Get<ApplicationSecrets>()
            .AddAsync(OrganizationId.Platform, scenario.Application.Id, null, Context, default);
        Assert.Equal(ReasonCodes.ValidationFailed, Refusal(refused).Reason);
    }

    [Fact]
    [Trait("Security", "SEC-096")]
    public async Task Two_secrets_are_active_at_most_and_a_revoked_one_makes_room()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var secrets = scenario.Node.Get<ApplicationSecrets>();
        var id = scenario.Application.Id;
        var second = Value(await secrets.AddAsync(OrganizationId.Platform, id, TimeSpan.FromDays(30), Context, default));
        Assert.Equal(ReasonCodes.Conflict, Refusal(await secrets.AddAsync(OrganizationId.Platform, id, null, Context, default)).Reason);

        var first = scenario.Application.Secrets[0];
        var after = Value(await secrets.RevokeAsync(OrganizationId.Platform, id, first.Id, Context, default));
        Assert.Equal(
            [second.Record.Id],
            after.Secrets.Where(secret => secret.IsActiveAt(scenario.Clock.GetUtcNow())).Select(secret => secret.Id)
        );
        Value(await secrets.AddAsync(OrganizationId.Platform, id, null, Context, default));

        scenario.Clock.Advance(TimeSpan.FromDays(30));
        Assert.False(second.Record.IsActiveAt(scenario.Clock.GetUtcNow()));
        Value(await secrets.AddAsync(OrganizationId.Platform, id, null, Context, default));
    }

    [Fact]
    [Trait("Security", "SEC-096")]
    public async Task Ten_new_secrets_at_once_make_one()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var secrets = scenario.Node.Get<ApplicationSecrets>();
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ => Task.Run(() => secrets.AddAsync(OrganizationId.Platform, scenario.Application.Id, null, Context, default)))
        );
        Assert.Single(outcomes, outcome => outcome.TryGet(out var made, out var refused));
    }

    [Fact]
    [Trait("Security", "SEC-096")]
    public async Task A_secret_of_more_than_two_years_is_refused()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var refused = await scenario
            .Node.Get<ApplicationSecrets>()
            .AddAsync(OrganizationId.Platform, scenario.Application.Id, TimeSpan.FromDays(731), Context, default);
        Assert.Equal(ReasonCodes.ValidationFailed, Refusal(refused).Reason);
    }
}
