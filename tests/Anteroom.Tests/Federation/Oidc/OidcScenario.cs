using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Federation.Oidc.Device;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Sessions;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Tests.Federation.Oidc;

/// <summary>A person of an organization, signed in, and an application that asks for them. As it stands everything succeeds; each test bends one thing.</summary>
internal sealed class OidcScenario : IAsyncDisposable
{
    public const string RedirectUri = "https://rp.example/callback";
    public const string Issuer = "http://localhost:15800";

    private readonly FederationFixture _fixture;

    private OidcScenario(FederationFixture fixture) => _fixture = fixture;

    public ManualClock Clock { get; } = new();
    public FederationNode Node { get; private set; } = null!;
    public OrganizationId Organization { get; private set; }
    public UserId User { get; private set; }
    public string Subject { get; } = Base64Url.Encode(RandomNumberGenerator.GetBytes(16));
    public Session Session { get; private set; } = null!;
    public Application Application { get; private set; } = null!;
    public Secret? ClientSecret { get; private set; }
    public CodeVerifier Verifier { get; private set; } = CodeVerifier.New();
    public static AuditContext Context { get; } = new(Actor.System, null, null, "test");

    /// <summary>What the application asks for.</summary>
    public string Scope { get; set; } = "openid profile email";

    public string? Nonce { get; set; } = "n-0S6_WzA2Mj";
    public string? State { get; set; } = "af0ifjsldkj";
    public string? ResponseModeName { get; set; }

    /// <summary>The APIs that the authorization request names (RFC 8707).</summary>
    public IReadOnlyList<string> Resources { get; set; } = [];

    /// <summary>Set where the request was pushed.</summary>
    public Handle? Pushed { get; set; }

    public static async Task<OidcScenario> CreateAsync(
        FederationFixture fixture,
        ApplicationDraft? application = null,
        Evidence? evidence = null,
        bool listening = false,
        string? reaches = null
    )
    {
        var scenario = new OidcScenario(fixture);
        scenario.Node = await FederationNode.StartAsync(fixture.Test, scenario.Clock, fixture.KeyFolder, listening, reaches: reaches);
        await scenario.PopulateAsync(evidence);
        await scenario.RegisterAsync(application ?? Draft(), OrganizationId.Platform);
        return scenario;
    }

    public static ApplicationDraft Draft() =>
        new()
        {
            Name = "Portal",
            ClientKind = "confidential",
            RedirectUris = [RedirectUri],
        };

    /// <summary>The caller of an endpoint for clients, once it has proven who it is.</summary>
    public AuthenticatedClient Authenticated => new(Application, Context);

    /// <summary>A second node over the same database, with the same clock.</summary>
    public Task<FederationNode> OtherNodeAsync(bool listening = false) =>
        FederationNode.StartAsync(_fixture.Test, Clock, _fixture.KeyFolder, listening);

    public async Task RegisterAsync(ApplicationDraft draft, OrganizationId owner)
    {
        var registered = await Node.Get<ApplicationRegistry>().RegisterAsync(owner, draft, Context, default);
        Assert.True(registered.TryGet(out var made, out var refused), refused?.ToString());
        (Application, ClientSecret) = (made.Application, made.ClientSecret);
    }

    private async Task PopulateAsync(Evidence? evidence)
    {
        var now = Clock.GetUtcNow();
        Organization = OrganizationId.New(TimeProvider.System);
        User = UserId.New(TimeProvider.System);
        var session = SessionId.New(TimeProvider.System);
        evidence ??= new("entra", now.AddMinutes(-5), ["pwd", "mfa"], null, [], SecondFactor: true);
        Session = new(Organization, session, User, evidence, evidence.At, now.AddHours(1), now.AddHours(12));

        await using var tx = await _fixture.Test.Database.BeginAsync(OrganizationId.Platform, default);
        await tx.ExecuteAsync(
            "INSERT INTO organizations (organization_id, slug, name, created_at) VALUES (@id, @slug, 'Acme', @now)",
            new
            {
                id = Organization.Value,
                slug = Slug,
                now,
            },
            default
        );
        tx.SwitchTo(Organization);
        var role = Guid.CreateVersion7(now);
        tx.Later(
            "INSERT INTO roles (organization_id, role_id, key, name, created_at) VALUES (@organization, @role, 'member', 'Member', @now)",
            new { role, now }
        );
        tx.Later(
            """
            INSERT INTO users (organization_id, user_id, subject, user_name, user_name_folded, display_name, given_name, family_name, email,
                               role_id, origin, created_at, updated_at)
            VALUES (@organization, @user, @subject, 'Ada@acme.example', 'ada@acme.example', 'Ada Lovelace', 'Ada', 'Lovelace', 'ada@acme.example',
                    @role, 'signIn', @now, @now)
            """,
            new
            {
                role,
                user = User.Value,
                subject = Subject,
                now,
            }
        );
        tx.Later(
            """
            INSERT INTO sessions (organization_id, session_id, sha256, user_id, evidence, authenticated_at, created_at, last_seen_at,
                                  idle_expires_at, absolute_expires_at)
            VALUES (@organization, @session, @sha256, @user, '{}', @at, @now, @now, @idle, @absolute)
            """,
            new
            {
                user = User.Value,
                session = session.Value,
                sha256 = RandomNumberGenerator.GetBytes(32),
                at = evidence.At,
                now,
                idle = Session.IdleExpiresAt,
                absolute = Session.AbsoluteExpiresAt,
            }
        );
        await tx.CommitAsync(default);
    }

    public string Slug => "acme-" + Identifiers.ToBase32(Organization.Value)[^12..];

    /// <summary>Ends a sign-in: grant and code in one transaction, as the sign-in does it.</summary>
    public async Task<HttpResponse> AuthorizeAsync(string redirectUri = RedirectUri, FederationNode? node = null)
    {
        var services = (node ?? Node).Services;
        var protocol = services.GetServices<IApplicationProtocol>().OfType<OidcProtocol>().Single();
        await using var tx = await services.GetRequiredService<Database>().BeginAsync(Organization, default);
        var answer = await protocol.CompleteAsync(tx, Request(redirectUri), Session, Clock.GetUtcNow(), default);
        await tx.CommitAsync(default);
        return await ExecuteAsync(answer, services);
    }

    public SignInRequest Request(string redirectUri = RedirectUri)
    {
        Assert.True(Parse(redirectUri).TryGet(out var request, out var refused), refused?.Answer?.Error.Description ?? refused?.Page);
        return new(
            OidcProtocol.ProtocolName,
            Application.ClientId,
            Application.Name,
            Application.Organization,
            Organization,
            OidcState.Write(request with { Pushed = Pushed }),
            redirectUri,
            null,
            Interaction.AsNeeded,
            null,
            null,
            null
        );
    }

    private Result<AuthorizationRequest, AuthorizationRefusal> Parse(string redirectUri)
    {
        var pairs = AuthorizationParameters(redirectUri);
        Assert.True(OidcForms.Parse(pairs).TryGet(out var parameters, out _));
        return AuthorizationRequestParser.Parse(parameters, Application, Pushed is not null);
    }

    /// <summary>An authorization request that is accepted as it stands.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AuthorizationParameters(string redirectUri = RedirectUri)
    {
        var pairs = new Dictionary<string, string?>
        {
            ["client_id"] = Application.ClientId,
            ["redirect_uri"] = redirectUri,
            ["response_type"] = "code",
            ["response_mode"] = ResponseModeName,
            ["scope"] = Scope,
            ["state"] = State,
            ["nonce"] = Nonce,
            ["code_challenge"] = Verifier.Challenge.Value,
            ["code_challenge_method"] = "S256",
        };
        return
        [
            .. pairs.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)),
            .. Resources.Select(resource => KeyValuePair.Create("resource", resource)),
        ];
    }

    public static async Task<HttpResponse> ExecuteAsync(IResult answer, IServiceProvider services)
    {
        var http = new DefaultHttpContext { RequestServices = services, Response = { Body = new MemoryStream() } };
        http.Request.Method = "GET";
        await answer.ExecuteAsync(http);
        return http.Response;
    }

    /// <summary>A fresh code, as the application gets it.</summary>
    public async Task<Handle> CodeAsync(FederationNode? node = null)
    {
        var response = await AuthorizeAsync(node: node);
        var query = QueryHelpers.ParseQuery(new Uri(response.Headers.Location.ToString()).Query);
        Assert.True(Handle.TryParse(AuthorizationCode.Prefix, query["code"], out var code));
        return code;
    }

    /// <summary>The person says yes to a device; null, or the reason why that came to nothing.</summary>
    public Task<string?> ApproveAsync(string userCode, FederationNode? node = null) =>
        AnswerAsync(userCode, node, static answers => answers.ApproveAsync);

    public Task<string?> DenyAsync(string userCode, FederationNode? node = null) =>
        AnswerAsync(userCode, node, static answers => answers.DenyAsync);

    private delegate Task<string?> DeviceAnswer(
        UserCode code,
        DeviceAuthorization device,
        Application application,
        Session session,
        AuditContext context,
        CancellationToken ct
    );

    private async Task<string?> AnswerAsync(string userCode, FederationNode? node, Func<AnswerDevice, DeviceAnswer> answer)
    {
        node ??= Node;
        Assert.True(UserCode.TryParse(userCode, out var code));
        var device = await node.Get<DeviceAuthorizations>().FindAsync(code, default);
        var application = await node.Get<ApplicationStore>().FindByClientIdAsync(device!.ClientId, default);
        var person = Context with { Actor = new Actor(ActorKind.User, User.Value, "Ada@acme.example") };
        return await answer(node.Get<AnswerDevice>())(code, device, application!, Session, person, default);
    }

    /// <summary>Redeems a code; the error, or null with the tokens in <see cref="Tokens"/>.</summary>
    public async Task<OAuthError?> RedeemAsync(
        Handle? code,
        string? verifier = null,
        string redirectUri = RedirectUri,
        Application? client = null,
        string? resource = null,
        FederationNode? node = null
    )
    {
        List<KeyValuePair<string, string>> form =
        [
            new("grant_type", GrantType.AuthorizationCode),
            new("code", code?.Reveal() ?? "none"),
            new("redirect_uri", redirectUri),
            new("code_verifier", verifier ?? Verifier.Reveal()),
        ];
        if (resource is not null)
            form.Add(new("resource", resource));
        return await GrantAsync(form, client, node);
    }

    public async Task<OAuthError?> RefreshAsync(
        string? token,
        string? scope = null,
        Application? client = null,
        FederationNode? node = null,
        string? resource = null
    )
    {
        List<KeyValuePair<string, string>> form = [new("grant_type", GrantType.RefreshToken), new("refresh_token", token ?? "none")];
        if (scope is not null)
            form.Add(new("scope", scope));
        if (resource is not null)
            form.Add(new("resource", resource));
        return await GrantAsync(form, client, node);
    }

    /// <summary>What the token endpoint does once the client has proven who it is; the error, or null with the tokens in <see cref="Tokens"/>.</summary>
    public async Task<OAuthError?> GrantAsync(
        IEnumerable<KeyValuePair<string, string>> form,
        Application? client = null,
        FederationNode? node = null
    )
    {
        Assert.True(OidcForms.Parse(form).TryGet(out var parameters, out var malformed), malformed?.Description);
        var authenticated = new AuthenticatedClient(client ?? Application, Context);
        var outcome = await (node ?? Node).Get<TokenGrants>().HandleAsync(parameters, authenticated, default);
        return outcome.TryGet(out var tokens, out var error) ? Succeed(tokens) : error;
    }

    public TokenResponse? Tokens { get; private set; }

    public JsonElement IdToken => Claims(Tokens!.IdToken!);
    public JsonElement AccessToken => Claims(Tokens!.AccessToken);

    private OAuthError? Succeed(TokenResponse tokens)
    {
        Tokens = tokens;
        return null;
    }

    public static JsonElement Claims(string token, int part = 1)
    {
        Assert.True(Base64Url.TryDecode(token.Split('.')[part], out var json));
        return JsonElement.Parse(json);
    }

    public Task ExecuteAsync(string sql, object? args = null) => _fixture.Test.Database.In(Organization).ExecuteAsync(sql, args, default);

    public async Task<T?> FirstAsync<T>(string sql, object? args = null) =>
        await _fixture.Test.Database.In(Organization).FirstAsync<T>(sql, args, default);

    public Task<long> CountAsync(string table) => FirstAsync<long>($"SELECT count(*) FROM {table} WHERE organization_id = @organization");

    public Task<string?> RevokedForAsync() => FirstAsync<string>("SELECT revoked_for FROM grants WHERE organization_id = @organization");

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
