using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Tests.Connections;

/// <summary>What a connection must satisfy to be saved: from one that fits, one thing bent at a time.</summary>
public sealed class ConnectionRulesTests
{
    private const string Guid1 = "11111111-1111-4111-8111-111111111111";

    private static readonly ConnectionDraft Entra = new(
        "Entra",
        ConnectionKind.Entra,
        Guid1,
        new Secret("abc~value"),
        new() { ClientId = Guid1.ToUpperInvariant() }
    );

    private static readonly ConnectionDraft Oidc = new(
        "Provider",
        ConnectionKind.Oidc,
        null,
        null,
        new() { ClientId = "anteroom", Authority = "https://idp.example/realm" }
    );

    [Fact]
    public void What_fits_is_saved_in_its_normal_spelling()
    {
        var draft = Entra with
        {
            Name = "  Contoso  ",
            Tenant = " CONTOSO.com ",
            Settings = Entra.Settings with { AuthorizedDomains = ["Contoso.COM", "contoso.com", "bücher.example"] },
        };
        Assert.True(ConnectionRules.Check(draft).TryGet(out var saved, out var refusal), refusal?.Detail);
        Assert.Equal(("Contoso", "contoso.com", "global"), (saved.Name, saved.Tenant, saved.Settings.Cloud));
        Assert.Equal(Guid1, saved.Settings.ClientId);
        Assert.Equal(["contoso.com", "xn--bcher-kva.example"], saved.Settings.AuthorizedDomains);
        Assert.True(ConnectionRules.Check(Oidc).TryGet(out var oidc, out _));
        Assert.Null(oidc.Settings.Cloud);
    }

    [Fact]
    public void The_last_day_of_a_secret_is_kept_where_there_is_a_secret()
    {
        var day = new DateOnly(2027, 5, 31);
        Assert.Equal(day, Of(settings => settings));
        Assert.Null(Of(settings => settings with { ClientKind = ClientKind.Browser }));
        Assert.Null(Of(settings => settings with { Credential = CredentialKind.Certificate }));
        Assert.False(
            ConnectionRules
                .Check(Entra with { Settings = Entra.Settings with { ClientSecretExpiresOn = new(1999, 12, 31) } })
                .TryGet(out _, out var refusal)
        );
        Assert.StartsWith("clientSecretExpiresOn", refusal.Detail, StringComparison.Ordinal);

        DateOnly? Of(Func<ConnectionSettings, ConnectionSettings> bend)
        {
            var settings = bend(Entra.Settings with { ClientSecretExpiresOn = day });
            Assert.True(ConnectionRules.Check(Entra with { ClientSecret = null, Settings = settings }).TryGet(out var saved, out _));
            return saved.Settings.ClientSecretExpiresOn;
        }
    }

    [Theory] // an id with a space at its end would be saved, shown as if it were right, and refused by Entra
    [InlineData(" " + Guid1 + "\u00a0")]
    [InlineData("\t" + Guid1 + "\r\n")]
    public void Spaces_around_a_pasted_id_are_not_saved(string pasted)
    {
        var draft = Entra with { Tenant = pasted, Settings = Entra.Settings with { ClientId = pasted } };
        Assert.True(ConnectionRules.Check(draft).TryGet(out var saved, out var refusal), refusal?.Detail);
        Assert.Equal((Guid1, Guid1), (saved.Tenant, saved.Settings.ClientId));
    }

    private static readonly ConnectionDraft Shared = new(
        "Entra",
        ConnectionKind.Entra,
        null,
        null,
        new()
        {
            ClientId = "",
            Registration = Registration.Shared,
            CallbackStyle = CallbackStyle.Central,
        }
    );

    public static TheoryData<string, Func<ConnectionDraft, ConnectionDraft>> OfShared =>
        new()
        {
            { "leave out tenantId", draft => draft with { Tenant = Guid1 } },
            { "leave out tenantId", draft => draft with { ClientSecret = new Secret("abc~value") } },
            { "leave out tenantId", draft => Set(draft, settings => settings with { ClientId = Guid1 }) },
            { "credential", draft => Set(draft, settings => settings with { Credential = CredentialKind.Federated }) },
            { "clientKind 'confidential'", draft => Set(draft, settings => settings with { ClientKind = ClientKind.Browser }) },
            { "responseMode 'code' or 'hybrid'", draft => Set(draft, settings => settings with { ResponseMode = ResponseMode.IdToken }) },
            { "use 'central'", draft => Set(draft, settings => settings with { CallbackStyle = CallbackStyle.Connection }) },
            { "use 'central'", draft => Set(draft, settings => settings with { CallbackStyle = CallbackStyle.OrganizationHost }) },
            { "kind 'entra'", draft => draft with { Kind = ConnectionKind.Oidc } },
            { "authority", draft => Set(draft, settings => settings with { Authority = "https://idp.example" }) },
        };

    [Theory]
    [MemberData(nameof(OfShared))]
    public void With_the_shared_app_nothing_of_the_customers_is_taken(string about, Func<ConnectionDraft, ConnectionDraft> bend)
    {
        Assert.True(ConnectionRules.Check(Shared).TryGet(out var saved, out var refusal), refusal?.Detail);
        Assert.Equal(("", "global"), (saved.Settings.ClientId, saved.Settings.Cloud));
        Assert.False(ConnectionRules.Check(bend(Shared)).TryGet(out _, out var wrong));
        Assert.Equal(ReasonCodes.ValidationFailed, wrong.Code);
        Assert.Contains(about, wrong.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<ConnectionDraft, ConnectionDraft>> OfEntra =>
        new()
        {
            { "name", draft => draft with { Name = "" } },
            { "name", draft => draft with { Name = new string('n', 101) } },
            { "shared", draft => Set(draft, settings => settings with { Registration = Registration.Shared }) },
            { "clientSecret", draft => Set(draft, settings => settings with { ClientKind = ClientKind.Browser }) },
            {
                "responseMode",
                draft => Set(draft, settings => settings with { ClientKind = ClientKind.Browser, ResponseMode = ResponseMode.Hybrid })
            },
            {
                "responseMode",
                draft => Set(draft, settings => settings with { ClientKind = ClientKind.Browser, ResponseMode = ResponseMode.IdToken })
            },
            { "clientSecret", draft => Set(draft, settings => settings with { Credential = CredentialKind.Certificate }) },
            { "clientSecret", draft => Set(draft, settings => settings with { Credential = CredentialKind.Federated }) },
            {
                "credential",
                draft =>
                    Set(
                        draft with
                        {
                            ClientSecret = null,
                        },
                        settings => settings with { ClientKind = ClientKind.Browser, Credential = CredentialKind.Certificate }
                    )
            },
            { "authContext", draft => Set(draft, settings => settings with { AuthContext = "c100" }) },
            { "mfaRequired needs trustUpstreamMfa", draft => Set(draft, settings => settings with { MfaRequired = true }) },
            { "stepUps", draft => Set(draft, settings => settings with { StepUps = [new("two words", "c1")] }) },
            { "stepUps", draft => Set(draft, settings => settings with { StepUps = [new("urn:high", "")] }) },
            { "stepUps", draft => Set(draft, settings => settings with { StepUps = [new("urn:high", "c1"), new("urn:high", "c2")] }) },
            { "authority", draft => Set(draft, settings => settings with { Authority = "https://idp.example" }) },
            { "endpointHosts", draft => Set(draft, settings => settings with { EndpointHosts = ["idp.example"] }) },
            { "tenantId", draft => draft with { Tenant = null } },
            { "tenantId", draft => draft with { Tenant = "no domain" } },
            { "clientId", draft => Set(draft, settings => settings with { ClientId = "anteroom" }) },
            { "clientId", draft => Set(draft, settings => settings with { ClientId = Guid.Empty.ToString() }) },
            { "clientSecret", draft => draft with { ClientSecret = new Secret("two\nlines") } },
            { "clientSecret", draft => draft with { ClientSecret = new Secret(new string('s', 1025)) } },
            { "authorizedDomains", draft => Set(draft, settings => settings with { AuthorizedDomains = ["no domain"] }) },
            {
                "authorizedDomains",
                draft =>
                    Set(draft, settings => settings with { AuthorizedDomains = [.. Enumerable.Range(0, 101).Select(i => $"d{i}.example")] })
            },
            { "claim", draft => Set(draft, settings => settings with { ClaimMappings = [new("", "displayName")] }) },
            { "target", draft => Set(draft, settings => settings with { ClaimMappings = [new("roles", "role")] }) },
            { "target", draft => Set(draft, settings => settings with { ClaimMappings = [new("email_verified", "verified")] }) },
            {
                "most one active",
                draft => Set(draft, settings => settings with { ClaimMappings = [new("a", "email"), new("b", "email")] })
            },
            { "roleMappings", draft => Set(draft, settings => settings with { RoleMappings = [new("email", "x", "worker")] }) },
            { "roleMappings", draft => Set(draft, settings => settings with { RoleMappings = [new("groups", "", "worker")] }) },
        };

    [Theory]
    [MemberData(nameof(OfEntra), DisableDiscoveryEnumeration = true)]
    [Trait("Security", "SEC-073")]
    public void One_thing_wrong_is_named(string named, Func<ConnectionDraft, ConnectionDraft> bend)
    {
        Assert.False(ConnectionRules.Check(bend(Entra)).TryGet(out _, out var refusal));
        Assert.Equal(ReasonCodes.ValidationFailed, refusal.Code);
        Assert.Contains(named, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "IMP-10")]
    [Trait("Security", "SEC-068")]
    public void A_browser_client_is_saved_without_a_secret_and_never_with_one()
    {
        var browser = Set(Entra, settings => settings with { ClientKind = ClientKind.Browser });
        Assert.False(ConnectionRules.Check(browser).TryGet(out _, out _));
        Assert.True(ConnectionRules.Check(browser with { ClientSecret = null }).TryGet(out _, out _));
    }

    [Theory]
    [InlineData(ResponseMode.Code, CallbackStyle.Central)]
    [InlineData(ResponseMode.Hybrid, CallbackStyle.Connection)]
    [InlineData(ResponseMode.IdToken, CallbackStyle.OrganizationHost)]
    public void Modes_go_with_every_callback_style(ResponseMode mode, CallbackStyle style) =>
        Assert.True(
            ConnectionRules
                .Check(Set(Entra, settings => settings with { ResponseMode = mode, CallbackStyle = style }) with { ClientSecret = null })
                .TryGet(out _, out _)
        );

    [Theory] // an address that connections share serves Entra alone (SEC-066)
    [InlineData(ClientKind.Browser, CallbackStyle.Connection)]
    [InlineData(ClientKind.Confidential, CallbackStyle.Central)]
    [InlineData(ClientKind.Confidential, CallbackStyle.OrganizationHost)]
    [Trait("Security", "SEC-066")]
    public void Other_providers_have_an_address_each_and_no_client_in_the_browser(ClientKind kind, CallbackStyle style) =>
        Assert.False(
            ConnectionRules.Check(Set(Oidc, settings => settings with { ClientKind = kind, CallbackStyle = style })).TryGet(out _, out _)
        );

    [Theory]
    [InlineData(CallbackStyle.Connection, true, true)]
    [InlineData(CallbackStyle.Connection, false, true)]
    [InlineData(CallbackStyle.Central, false, true)]
    [InlineData(CallbackStyle.Central, true, false)]
    [InlineData(CallbackStyle.OrganizationHost, true, true)]
    [InlineData(CallbackStyle.OrganizationHost, false, false)]
    public void A_callback_style_is_of_the_host_where_people_sign_in(CallbackStyle style, bool ownHost, bool fits) =>
        Assert.Equal(fits, ConnectionRules.HostFault(style, ownHost) is null);

    [Theory] // SEC-061: no connection trusts more than one tenant
    [InlineData("common")]
    [InlineData("organizations")]
    [InlineData("consumers")]
    [Trait("Security", "SEC-061")]
    public void A_tenant_is_one_tenant(string tenant) =>
        Assert.False(ConnectionRules.Check(Entra with { Tenant = tenant }).TryGet(out _, out _));

    [Fact] // HEC-27
    [Trait("Capability", "HEC-27")]
    public void A_secrets_id_in_place_of_its_value_has_a_reason_of_its_own()
    {
        Assert.False(ConnectionRules.Check(Entra with { ClientSecret = new Secret(Guid1) }).TryGet(out _, out var refusal));
        Assert.Equal(ReasonCodes.SecretIsId, refusal.Code);
        Assert.True(ConnectionRules.Check(Oidc with { ClientSecret = new Secret(Guid1) }).TryGet(out _, out _)); // elsewhere a GUID may be one
    }

    [Theory]
    [InlineData("http://idp.example")]
    [InlineData("https://idp.example/?tenant=1")]
    [InlineData("https://user@idp.example/")]
    [InlineData("ftp://idp.example")]
    [InlineData("idp.example")]
    [InlineData("")]
    [Trait("Security", "SEC-070")]
    public void An_authority_is_an_https_issuer(string authority) =>
        Assert.False(ConnectionRules.Check(Set(Oidc, settings => settings with { Authority = authority })).TryGet(out _, out _));

    [Fact]
    public void What_belongs_to_entra_does_not_belong_to_oidc()
    {
        Assert.False(ConnectionRules.Check(Oidc with { Tenant = Guid1 }).TryGet(out _, out _));
        Assert.False(ConnectionRules.Check(Set(Oidc, settings => settings with { Cloud = "global" })).TryGet(out _, out _));
        Assert.False(ConnectionRules.Check(Set(Oidc, settings => settings with { ClientId = "" })).TryGet(out _, out _));
        Assert.False(ConnectionRules.Check(Set(Oidc, settings => settings with { ClientId = "täst" })).TryGet(out _, out _));
        Assert.False(
            ConnectionRules.Check(Set(Oidc, settings => settings with { EndpointHosts = ["https://idp.example"] })).TryGet(out _, out _)
        );
        Assert.False(
            ConnectionRules
                .Check(Set(Oidc, settings => settings with { EndpointHosts = [.. Enumerable.Range(0, 11).Select(i => $"h{i}.example")] }))
                .TryGet(out _, out _)
        );
    }

    private static ConnectionDraft Set(ConnectionDraft draft, Func<ConnectionSettings, ConnectionSettings> change) =>
        draft with
        {
            Settings = change(draft.Settings),
        };
}
