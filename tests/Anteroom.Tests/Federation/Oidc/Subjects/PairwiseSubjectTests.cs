using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.BackChannelLogout;
using Anteroom.Server.Federation.Oidc.EndSession;
using Anteroom.Server.Federation.Oidc.Introspection;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Federation.Oidc.UserInfo;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;

namespace Anteroom.Tests.Federation.Oidc.Subjects;

/// <summary>OIDC Core §8.1: another <c>sub</c> in each sector, the same in all places of one.</summary>
public sealed class PairwiseSubjectTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private static ApplicationDraft Draft(string host = "one.example") =>
        OidcScenario.Draft() with
        {
            SubjectType = "pairwise",
            RedirectUris = [OidcScenario.RedirectUri],
            SectorIdentifier = host,
        };

    private static async Task<string> SubjectAtAsync(OidcScenario scenario)
    {
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        var subject = scenario.IdToken.GetProperty("sub").GetString()!;
        Assert.Equal(subject, scenario.AccessToken.GetProperty("sub").GetString());
        return subject;
    }

    [Fact]
    [Trait("Security", "SEC-103")]
    public async Task Is_stable_in_a_sector_and_another_in_the_next()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture, Draft());
        var first = await SubjectAtAsync(scenario);
        Assert.Equal(first, await SubjectAtAsync(scenario));
        Assert.NotEqual(scenario.Subject, first);

        await scenario.RegisterAsync(Draft(), OrganizationId.Platform);
        Assert.Equal(first, await SubjectAtAsync(scenario)); // another application of the same sector
        await scenario.RegisterAsync(Draft("two.example"), OrganizationId.Platform);
        Assert.NotEqual(first, await SubjectAtAsync(scenario));
        await scenario.RegisterAsync(OidcScenario.Draft(), OrganizationId.Platform);
        Assert.Equal(scenario.Subject, await SubjectAtAsync(scenario));

        // Another node, whose memory is empty, makes the same of it.
        await using var other = await scenario.OtherNodeAsync();
        await scenario.RegisterAsync(Draft(), OrganizationId.Platform);
        Assert.Equal(first, await other.Get<SubjectNames>().OfAsync(scenario.Application, scenario.User, scenario.Subject, default));
    }

    [Fact] // OIDC Core §5.3.2: the sub of userinfo is that of the id_token
    [Trait("Security", "SEC-104")]
    public async Task Userinfo_and_introspection_know_the_person_by_it()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture, Draft());
        scenario.Scope = "openid offline_access";
        var subject = await SubjectAtAsync(scenario);

        var read = await scenario.Node.Get<ReadUserInfo>().HandleAsync(scenario.Tokens!.AccessToken, default);
        Assert.True(read.TryGet(out var info, out _));
        Assert.Equal(subject, JsonElement.Parse(info.Document).GetProperty("sub").GetString());
        var introspect = scenario.Node.Get<IntrospectToken>();
        foreach (var token in new[] { scenario.Tokens.AccessToken, scenario.Tokens.RefreshToken! })
            Assert.Equal(subject, (await introspect.HandleAsync(token, scenario.Authenticated, default)).Sub);

        Assert.Null(await scenario.RefreshAsync(scenario.Tokens.RefreshToken));
        Assert.Equal(subject, scenario.IdToken.GetProperty("sub").GetString());
    }

    [Fact] // by one name for a session, applications could compare whom they know
    [Trait("Security", "SEC-103")]
    public async Task A_session_has_another_name_in_each_sector_too()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture, Draft());
        scenario.Scope = "openid offline_access";
        await SubjectAtAsync(scenario);
        var sid = Sid(scenario.IdToken);
        Assert.NotEqual(scenario.Session.Id.ToString(), sid);
        Assert.Equal(sid, Sid(scenario.AccessToken));
        var introspect = scenario.Node.Get<IntrospectToken>();
        foreach (var token in new[] { scenario.Tokens!.AccessToken, scenario.Tokens.RefreshToken! })
            Assert.Equal(sid, (await introspect.HandleAsync(token, scenario.Authenticated, default)).Sid);
        Assert.Null(await scenario.RefreshAsync(scenario.Tokens.RefreshToken));
        Assert.Equal(sid, Sid(scenario.IdToken));

        // Told of its end, the application hears the same name; and as a hint it finds its session.
        var told = await scenario
            .Node.Get<LogoutTokens>()
            .IssueAsync(scenario.Application, scenario.User, scenario.Subject, scenario.Session.Id, scenario.Clock.GetUtcNow(), default);
        Assert.Equal(sid, Sid(OidcScenario.Claims(told)));
        Assert.True(OAuthParameters.Read([new("id_token_hint", scenario.Tokens.IdToken!)]).TryGet(out var parameters, out _));
        var asked = await scenario.Node.Get<CheckEndSession>().HandleAsync(parameters, default);
        Assert.Equal((scenario.Session.Id, true), (asked!.Session, asked.Confirmed));

        await scenario.RegisterAsync(Draft("two.example"), OrganizationId.Platform);
        await SubjectAtAsync(scenario);
        Assert.NotEqual(sid, Sid(scenario.IdToken));
        Assert.Null(await scenario.Node.Get<SubjectNames>().SessionAsync(scenario.Application, "x", default));

        static string Sid(JsonElement claims) => claims.GetProperty("sid").GetString()!;
    }

    [Fact] // SEC-106: a hint finds its person, and only its person
    [Trait("Security", "SEC-106")]
    public async Task A_hint_is_read_back_to_the_person()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture, Draft());
        await SubjectAtAsync(scenario);
        var hint = await scenario.Node.Get<IdTokenHints>().ReadAsync(scenario.Tokens!.IdToken!, default);
        var names = scenario.Node.Get<SubjectNames>();
        Assert.Equal(scenario.Subject, await names.PublicAsync(scenario.Application, scenario.Organization, hint!.Subject, default));

        // In another sector or organization, or bent, it is nobody.
        await scenario.RegisterAsync(Draft("two.example"), OrganizationId.Platform);
        Assert.Equal(hint.Subject, await names.PublicAsync(scenario.Application, scenario.Organization, hint.Subject, default));
        await scenario.RegisterAsync(Draft(), OrganizationId.Platform);
        Assert.Equal(hint.Subject, await names.PublicAsync(scenario.Application, OrganizationId.Platform, hint.Subject, default));
        foreach (var bent in new[] { "", "x", hint.Subject[..^1], hint.Subject + "A", scenario.Subject })
            Assert.Equal(bent, await names.PublicAsync(scenario.Application, scenario.Organization, bent, default));
    }

    [Fact]
    public void Is_a_permutation_that_the_secret_alone_undoes()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var people = Enumerable.Range(0, 200).Select(_ => UserId.New(TimeProvider.System)).ToList();
        var subjects = people.ConvertAll(user => PairwiseSubject.Of(user, "rp.example", secret));
        Assert.Equal(200, subjects.Distinct().Count());
        Assert.All(subjects, subject => Assert.Equal(22, subject.Length));
        Assert.Equal(people, subjects.Select(subject => PairwiseSubject.Read(subject, "rp.example", secret)!.Value));
        Assert.NotEqual(people[0], PairwiseSubject.Read(subjects[0], "rp.example", RandomNumberGenerator.GetBytes(32)));
        Assert.NotEqual(people[0], PairwiseSubject.Read(subjects[0], "other.example", secret));
        Assert.NotEqual(subjects[0], PairwiseSubject.Of(new SessionId(people[0].Value), "rp.example", secret)); // of one kind is not of the other
    }

    [Fact] // one secret for the installation, whoever makes it
    public async Task Many_at_once_on_two_nodes_make_one_secret()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        await using var other = await scenario.OtherNodeAsync();
        var secrets = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Task.Run(() =>
                        new SubjectKey(fixture.Test.Database, (i % 2 == 0 ? scenario.Node : other).Get<Server.Keys.Vault.Vault>())
                            .GetAsync(default)
                            .AsTask()
                    )
                )
        );
        Assert.All(secrets, secret => Assert.Equal(secrets[0], secret));
    }
}
