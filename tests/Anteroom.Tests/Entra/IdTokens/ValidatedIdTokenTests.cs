using Anteroom.Entra.IdTokens;

namespace Anteroom.Tests.Entra.IdTokens;

public sealed class ValidatedIdTokenTests
{
    private readonly IdTokenScenario _entra = new();
    private readonly IdTokenScenario _oidc = IdTokenScenario.AtStandardProvider();

    [Fact, Trait("Security", "SEC-060")]
    public void An_entra_identity_is_cloud_tenant_and_object()
    {
        Assert.Equal(new EntraIdentity("global", IdTokenScenario.Contoso, IdTokenScenario.Mira), _entra.Accept().Identity);
    }

    [Theory, Trait("Security", "SEC-060")] // nOAuth: what an administrator of any tenant may write decides nothing
    [InlineData("email", "owner@victim.example")]
    [InlineData("preferred_username", "owner@victim.example")]
    [InlineData("upn", "owner@victim.example")]
    [InlineData("unique_name", "owner@victim.example")]
    [InlineData("name", "Owner")]
    [InlineData("sub", "somebody-else")]
    public void No_label_changes_who_somebody_is(string claim, string forged)
    {
        var honest = _entra.Accept().Identity;
        _entra.Claims[claim] = forged;
        Assert.Equal(honest, _entra.Accept().Identity);
    }

    [Fact, Trait("Security", "SEC-060")]
    public void A_standard_provider_never_makes_an_entra_identity()
    {
        var token = _oidc.Accept(); // the scenario's token carries tid, oid and ver
        Assert.Equal(new OidcIdentity("https://idp.example", "_zYaLC_t6q8ys7Tt1Ut17RVWuxm7Tku5ye-dWBY1ASs"), token.Identity);
        Assert.DoesNotContain(typeof(ValidatedIdToken).GetProperties(), property => property.PropertyType == typeof(Guid));
    }

    [Fact, Trait("Security", "SEC-060")]
    public void There_are_two_kinds_of_identity_and_neither_knows_an_address()
    {
        var kinds = typeof(UpstreamIdentity).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(UpstreamIdentity))).ToList();
        Assert.Equal([typeof(EntraIdentity), typeof(OidcIdentity)], kinds.OrderBy(kind => kind.Name, StringComparer.Ordinal));
        Assert.Equal(["Cloud", "ObjectId", "TenantId"], Members(typeof(EntraIdentity)));
        Assert.Equal(["Issuer", "Subject"], Members(typeof(OidcIdentity)));

        static IEnumerable<string> Members(Type type) =>
            type.GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Entra_claims_are_read_with_their_types()
    {
        foreach (
            var (claim, value) in new Dictionary<string, object>
            {
                ["upn"] = "mira@contoso.example",
                ["email"] = "mira.koch@contoso.example",
                ["xms_edov"] = true,
                ["given_name"] = "Mira",
                ["family_name"] = "Koch",
                ["idp"] = "https://sts.windows.net/7a1d3c2f-0000-4000-8000-2b3c4d5e6f70/",
                ["acct"] = 1,
                ["sid"] = "00aa11bb-0000-4000-8000-ccdd22ee33ff",
                ["login_hint"] = "O.CiQ",
                ["auth_time"] = 1772440000,
                ["acrs"] = new[] { "c1", "c3" },
                ["roles"] = new[] { "Editor" },
                ["groups"] = new[] { "5b7a" },
            }
        )
            _entra.Claims[claim] = value;

        var token = _entra.Accept();
        Assert.Equal("mira@contoso.example", token.UserPrincipalName);
        Assert.Equal("mira@contoso.example", token.PreferredUserName);
        Assert.Equal(("mira.koch@contoso.example", true), (token.Email, token.EmailDomainOwnerVerified));
        Assert.Equal(("Mira Koch", "Mira", "Koch"), (token.Name, token.GivenName, token.FamilyName));
        Assert.Equal("https://sts.windows.net/7a1d3c2f-0000-4000-8000-2b3c4d5e6f70/", token.IdentityProvider);
        Assert.True(token.IsGuest);
        Assert.Equal(("00aa11bb-0000-4000-8000-ccdd22ee33ff", "O.CiQ"), (token.SessionId, token.LoginHint));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1772440000), token.AuthenticatedAt);
        Assert.Equal(["c1", "c3"], token.AuthenticationContexts);
        Assert.Equal(["Editor"], token.Roles);
        Assert.Equal(["5b7a"], Assert.IsType<TokenGroups.Listed>(token.Groups).Values);
    }

    [Fact] // for who maps claims: names that can be shown, and not without end
    public void The_names_of_its_claims_are_told_within_bounds()
    {
        var longest = new string('n', 200);
        foreach (var name in (string[])["b", longest, longest + "n", "", "line\nbreak"])
            _entra.Claims[name] = "x";
        var names = _entra.Accept().ClaimNames;
        Assert.Contains("tid", names);
        Assert.Contains("b", names);
        Assert.Contains(longest, names);
        Assert.DoesNotContain(longest + "n", names);
        Assert.DoesNotContain("", names);
        Assert.DoesNotContain("line\nbreak", names);

        for (var number = 0; number < 300; number++)
            _entra.Claims[$"claim{number}"] = number;
        Assert.Equal(200, _entra.Accept().ClaimNames.Count);
        Assert.Contains("tid", _entra.Accept().ClaimNames); // the first ones
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData(null, null)] // not sent
    public void Guest_or_member_is_known_only_when_entra_says_so(object? acct, bool? isGuest)
    {
        if (acct is not null)
            _entra.Claims["acct"] = acct;
        Assert.Equal(isGuest, _entra.Accept().IsGuest);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData(1, true)]
    [InlineData(false, false)]
    [InlineData("yes", false)]
    [InlineData(0, false)]
    public void The_flag_of_the_domains_owner_has_several_spellings_of_true(object flag, bool isTrue)
    {
        _entra.Claims["xms_edov"] = flag;
        Assert.Equal(isTrue, _entra.Accept().EmailDomainOwnerVerified);
    }

    [Fact]
    public void A_label_of_another_shape_is_left_out()
    {
        _entra.Claims["email"] = 7;
        _entra.Claims["name"] = new string('x', 1025);
        _entra.Claims["given_name"] = new string('x', 1024);
        _entra.Claims["family_name"] = "";
        _entra.Claims["email_verified"] = "true";
        var token = _entra.Accept();
        Assert.Null(token.Email);
        Assert.Null(token.Name);
        Assert.Equal(1024, token.GivenName?.Length);
        Assert.Null(token.FamilyName);
        Assert.Null(token.EmailVerified);
    }

    [Fact]
    public void Claims_of_a_standard_provider_are_read_and_those_of_entra_are_not()
    {
        foreach (
            var (claim, value) in new Dictionary<string, object>
            {
                ["email"] = "mira@idp.example",
                ["email_verified"] = true,
                ["acr"] = "gold",
                ["sid"] = "session",
                ["groups"] = new[] { "staff" },
                ["upn"] = "mira@contoso.example",
                ["acct"] = 1,
                ["idp"] = "elsewhere",
                ["login_hint"] = "O.CiQ",
                ["xms_edov"] = true,
                ["acrs"] = new[] { "c1" },
                ["roles"] = new[] { "Editor" },
                ["hasgroups"] = true,
            }
        )
            _oidc.Claims[claim] = value;

        var token = _oidc.Accept();
        Assert.Equal(("mira@idp.example", true), (token.Email, token.EmailVerified));
        Assert.Equal(("gold", "session"), (token.AuthenticationContext, token.SessionId));
        Assert.Equal(["staff"], Assert.IsType<TokenGroups.Listed>(token.Groups).Values);
        Assert.Equal(("https://idp.example", "_zYaLC_t6q8ys7Tt1Ut17RVWuxm7Tku5ye-dWBY1ASs"), (token.Issuer, token.Subject));
        Assert.Equal((_oidc.Now, _oidc.Now.AddMinutes(5)), (token.IssuedAt, token.ExpiresAt));
        Assert.Equal((null, null, null, null), (token.UserPrincipalName, token.IsGuest, token.IdentityProvider, token.LoginHint));
        Assert.False(token.EmailDomainOwnerVerified);
        Assert.Empty(token.AuthenticationContexts);
        Assert.Empty(token.Roles);
    }

    [Fact] // absent lists are empty, and what was not sent is unknown
    public void Nothing_is_invented_where_nothing_was_sent()
    {
        foreach (var token in new[] { _entra.Accept(), _oidc.Accept() })
        {
            Assert.Empty(token.AuthenticationMethods);
            Assert.Empty(token.AuthenticationContexts);
            Assert.Empty(token.Roles);
            Assert.Null(token.EmailVerified);
            Assert.Null(token.AuthenticatedAt);
            Assert.Null(token.AuthenticationContext);
            Assert.False(token.EmailDomainOwnerVerified);
        }
    }

    [Fact, Trait("Security", "SEC-075")]
    public void No_groups_in_the_token_is_not_the_same_as_no_groups()
    {
        Assert.IsType<TokenGroups.NotSent>(_entra.Accept().Groups);
        _entra.Claims["groups"] = Array.Empty<string>();
        Assert.Empty(Assert.IsType<TokenGroups.Listed>(_entra.Accept().Groups).Values);
    }

    [Fact, Trait("Security", "SEC-075")]
    public void Too_many_groups_are_marked_and_their_address_is_not_kept()
    {
        _entra.Claims["_claim_names"] = new Dictionary<string, string> { ["groups"] = "src1" };
        _entra.Claims["_claim_sources"] = new Dictionary<string, object> { ["src1"] = new { endpoint = "https://evil.example/groups" } };
        var token = _entra.Accept();
        Assert.IsType<TokenGroups.Overage>(token.Groups);
        Assert.Empty(token.Values("_claim_sources"));
    }

    [Theory, Trait("Security", "SEC-075")]
    [InlineData(true)]
    [InlineData("true")]
    [InlineData(1)]
    public void Too_many_groups_in_the_implicit_flow_are_marked_even_beside_a_list(object flag)
    {
        _entra.Claims["hasgroups"] = flag;
        _entra.Claims["groups"] = new[] { "5b7a" };
        Assert.IsType<TokenGroups.Overage>(_entra.Accept().Groups);
    }

    [Fact]
    public void Other_overage_leaves_the_groups_alone()
    {
        _entra.Claims["_claim_names"] = new Dictionary<string, string> { ["wids"] = "src1" };
        _entra.Claims["groups"] = new[] { "5b7a" };
        Assert.IsType<TokenGroups.Listed>(_entra.Accept().Groups);
    }

    [Fact]
    public void Any_claim_is_there_for_mappings_within_bounds()
    {
        _entra.Claims["extn.employeeNo"] = new[] { "4711" };
        _entra.Claims["ctry"] = "DE";
        _entra.Claims["number"] = 12.5;
        _entra.Claims["long"] = new string('x', 1025);
        _entra.Claims["nested"] = new object[] { "a", new[] { "b" } };
        _entra.Claims["object"] = new { a = 1 };
        _entra.Claims["many"] = Enumerable.Range(0, 501).Select(_ => "x").ToArray();
        _entra.Claims["as many as may be"] = Enumerable.Range(0, 500).Select(_ => "x").ToArray();
        _entra.Claims["as long as may be"] = new string('x', 1024);
        _entra.Claims["yes"] = true;
        _entra.Claims["no"] = false;
        _entra.Claims["nothing"] = null;
        var token = _entra.Accept();
        Assert.Equal(["4711"], token.Values("extn.employeeNo"));
        Assert.Equal(["DE"], token.Values("ctry"));
        Assert.Equal(["12.5"], token.Values("number"));
        Assert.Equal(500, token.Values("as many as may be").Count);
        Assert.Equal(1024, Assert.Single(token.Values("as long as may be")).Length);
        Assert.Equal(("true", "false"), (Assert.Single(token.Values("yes")), Assert.Single(token.Values("no"))));
        Assert.All(["long", "nested", "object", "many", "nothing", "absent"], claim => Assert.Empty(token.Values(claim)));
    }

    [Theory]
    [InlineData("pwd", new[] { "pwd" })]
    [InlineData(new[] { "pwd", "mfa" }, new[] { "pwd", "mfa" })]
    public void Methods_are_a_list_or_one_alone(object amr, string[] methods)
    {
        _oidc.Claims["amr"] = amr;
        Assert.Equal(methods, _oidc.Accept().AuthenticationMethods);
    }
}
