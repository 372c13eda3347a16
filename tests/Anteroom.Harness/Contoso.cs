using System.Text.Json.Nodes;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Harness;

/// <summary>How a <see cref="Contoso"/> differs from the plain one.</summary>
public sealed record ContosoOptions
{
    public ProvisioningMode Provisioning { get; init; } = ProvisioningMode.Create;

    /// <summary>Where the connection is in its life.</summary>
    public ConnectionState State { get; init; } = ConnectionState.Active;

    /// <summary>Whether it signs in on a host of its own; needs <see cref="RigOptions.OwnHosts"/>.</summary>
    public bool OwnHost { get; init; }

    /// <summary>Whether only people and groups that are assigned get in at Entra.</summary>
    public bool AssignmentRequired { get; init; }

    /// <summary>Whether the app registration serves other tenants too.</summary>
    public bool MultiTenant { get; init; }

    /// <summary>The app registration that its connection shares; null where it has one of its own.</summary>
    public SharedApp? Shared { get; init; }

    /// <summary>Changes the connection's settings before they are saved.</summary>
    public Func<ConnectionSettings, ConnectionSettings>? Settings { get; init; }

    /// <summary>In place of the right one; gets the right value and its secret ID.</summary>
    public Func<string, Guid, string>? Secret { get; init; }

    /// <summary>Whether "ID tokens" is ticked at Entra; as the connection needs it by default.</summary>
    public bool? IdTokenBox { get; init; }

    /// <summary>Under which platform the redirect URI stands at Entra (<c>web</c>, <c>spa</c>); as the connection needs it by default.</summary>
    public string? Platform { get; init; }

    /// <summary>Optional claims of the id_token.</summary>
    public IReadOnlyList<string> Claims { get; init; } = ["sid", "login_hint", "upn", "auth_time"];

    /// <summary>When the client secret ends; two years from now by default.</summary>
    public DateTimeOffset? SecretEnds { get; init; }
}

/// <summary>An organization with a tenant and an app registration of its own at the emulator and an active connection to it. Each test makes its own.</summary>
public sealed class Contoso
{
    private const string Password = "Correct horse 7 battery";

    private readonly AnteroomRig _rig;
    private ContosoOptions _options = new();

    private Contoso(AnteroomRig rig, Organization organization, Guid tenant, string domain, Guid client, Guid secretId) =>
        (_rig, Organization, TenantId, Domain, ClientId, SecretId) = (rig, organization, tenant, domain, client, secretId);

    public Organization Organization { get; private set; }

    /// <summary>Where its people sign in: its own host, or the public address.</summary>
    public string Origin => _rig.Get<OrganizationHosts>().OriginOf(Organization);

    public string RedirectUri => Connection.RedirectUri(Origin);

    public Guid TenantId { get; }

    /// <summary>The tenant's verified domain, which only this test uses.</summary>
    public string Domain { get; }

    /// <summary>The application (client) id at the emulator.</summary>
    public Guid ClientId { get; }

    /// <summary>What people paste in place of the secret's value.</summary>
    public Guid SecretId { get; }

    public Connection Connection { get; private set; } = null!;

    public string Slug => Organization.Slug;

    /// <summary>The value of the own app registration's secret.</summary>
    public string SecretValue { get; private set; } = "";

    public string Code => Organization.CompanyCode!;

    public static async Task<Contoso> CreateAsync(AnteroomRig rig, ContosoOptions? options = null, CancellationToken ct = default)
    {
        options ??= new();
        var mark = Identifiers.ToBase32(Identifiers.NewUuid(rig.Clock)).ToLowerInvariant()[^10..];
        var domain = $"contoso-{mark}.example";
        var tenant = await rig.Control.PostAsync(
            "tenants",
            new
            {
                displayName = $"Contoso {mark}",
                initialDomain = $"contoso{mark}.onmicrosoft.com",
                verifiedDomains = new[] { domain },
            }
        );
        var tenantId = Guid.Parse((string)tenant["id"]!);
        var application = await rig.Control.PostAsync(
            $"tenants/{tenantId}/applications",
            new
            {
                displayName = "Anteroom",
                signInAudience = options.MultiTenant ? "AzureADMultipleOrgs" : "AzureADMyOrg",
                appRoleAssignmentRequired = options.AssignmentRequired,
                optionalClaims = new { idToken = options.Claims.Select(name => new { name }).ToArray() },
            }
        );
        var clientId = Guid.Parse((string)application["appId"]!);
        var secret = await rig.Control.PostAsync(
            $"applications/{clientId}/secrets",
            new { displayName = "sign-in", endDateTime = options.SecretEnds }
        );

        var created = await rig.Get<CreateOrganization>()
            .HandleAsync(new("contoso-" + mark, $"Contoso {mark}", null, [], options.OwnHost), AnteroomRig.Desk, ct);
        var contoso = new Contoso(
            rig,
            created.TryGet(out var organization, out var refused) ? organization : throw new InvalidOperationException(refused.ToString()),
            tenantId,
            domain,
            clientId,
            Guid.Parse((string)secret["keyId"]!)
        );
        contoso._options = options;
        contoso.SecretValue = (string)secret["secretText"]!;
        await contoso.ConnectAsync((string)secret["secretText"]!, options, ct);
        return contoso;
    }

    /// <summary>A member of the tenant. Nobody has an account here yet.</summary>
    public async Task<Person> AddPersonAsync(string name = "mira", object? more = null, Guid? tenant = null, string? domain = null)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["userPrincipalName"] ??= $"{name}@{domain ?? Domain}";
        body["displayName"] ??= char.ToUpperInvariant(name[0]) + name[1..] + " Koch";
        body["mail"] ??= $"{name}@{domain ?? Domain}";
        body["password"] = Password;
        var made = await _rig.Control.PostAsync($"tenants/{tenant ?? TenantId}/users", body);
        return PersonOf(made, (string)made["userPrincipalName"]!);
    }

    /// <summary>An account of another tenant as a guest of this one.</summary>
    public async Task<Person> InviteAsync(Person home)
    {
        var made = await _rig.Control.PostAsync($"tenants/{TenantId}/users", new { homeUser = home.ObjectId.ToString() });
        return PersonOf(made, home.UserName);
    }

    /// <summary>Lets a person or group in at Entra.</summary>
    public Task AssignAsync(Guid principal) =>
        _rig.Control.PostAsync($"tenants/{TenantId}/service-principals/{ClientId}/assignments", new { principalId = principal });

    public async Task<Guid> AddGroupAsync(string name, params Guid[] members)
    {
        var made = await _rig.Control.PostAsync($"tenants/{TenantId}/groups", new { displayName = name, members });
        return Guid.Parse((string)made["id"]!);
    }

    /// <summary>The account of a person, made beforehand and linked by tenant id and object id (SEC-074 b).</summary>
    public async Task<User> AddAccountAsync(
        string userName,
        Person? person,
        string role = BuiltInRoles.Worker,
        CancellationToken ct = default
    )
    {
        var now = _rig.Clock.GetUtcNow();
        var facts = new DirectoryFacts(FactSource.Administrator, now)
        {
            Key = person is null ? null : new EntraKey(_options.Shared?.Cloud ?? AnteroomRig.Cloud, person.TenantId, person.ObjectId),
            UserName = userName,
            MayCreate = true,
            AssignedRole = role,
        };
        await using var tx = await _rig.Database.BeginAsync(Organization.Id, ct);
        var made = await _rig.Get<Provisioner>().ApplyAsync(tx, facts, AuthorityRules.Default, AnteroomRig.Desk, now, ct);
        if (!made.TryGet(out var account, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        await tx.CommitAsync(ct);
        return account.User;
    }

    /// <summary>Sends the browser to the application's request and does what Entra asks of the person.</summary>
    public static async Task<Page> SignInAsync(HttpBrowser browser, AuthorizationAttempt attempt, Person person) =>
        await EntraPages.SignInAsync(browser, await browser.GetAsync(attempt.Address.AbsoluteUri), person);

    /// <summary>A whole sign-in at this organization, to the tokens.</summary>
    public async Task<TokenAnswer> SignInAsync(RelyingParty application, HttpBrowser browser, Person person, int node = 0)
    {
        var attempt = application.Begin(("organization", Slug));
        return await application.RedeemAsync(attempt, await SignInAsync(browser, attempt, person), node);
    }

    /// <summary>The browser is signed in at Entra from the start, so that no page of Entra's is shown.</summary>
    public async Task SignInAtEntraAsync(HttpBrowser browser, Person person)
    {
        var session = await _rig.Control.PostAsync("sessions", new { userId = person.ObjectId });
        browser.SetCookie("localhost", (string)session["cookieName"]!, (string)session["cookieValue"]!);
    }

    /// <summary>New settings, as an administrator saves them: a new revision.</summary>
    public async Task ChangeAsync(
        Func<ConnectionSettings, ConnectionSettings> change,
        string? secret = null,
        CancellationToken ct = default
    )
    {
        var saved = await _rig.Get<SaveConnection>()
            .ChangeAsync(
                Organization.Id,
                Connection.Id,
                null,
                current => new ConnectionDraft(
                    current.Name,
                    current.Kind,
                    current.Settings.TenantId?.ToString(),
                    secret is null ? null : new Secret(secret),
                    change(current.Settings)
                ),
                AnteroomRig.Desk,
                ct
            );
        Connection = saved.TryGet(out var connection, out var refusal)
            ? connection
            : throw new InvalidOperationException(refusal.ToString());
        await _rig.HeardAsync(Organization.Id, ct);
    }

    /// <summary>Takes its own app registration in place of the shared one, as its administrator does.</summary>
    public async Task OwnAsync(CancellationToken ct = default)
    {
        var saved = await _rig.Get<SaveConnection>()
            .ChangeAsync(
                Organization.Id,
                Connection.Id,
                null,
                current => new ConnectionDraft(
                    current.Name,
                    current.Kind,
                    TenantId.ToString(),
                    new Secret(SecretValue),
                    current.Settings with
                    {
                        Registration = Registration.Own,
                        ClientId = ClientId.ToString(),
                    }
                ),
                AnteroomRig.Desk,
                ct
            );
        Connection = saved.TryGet(out var connection, out var refusal)
            ? connection
            : throw new InvalidOperationException(refusal.ToString());
        await _rig.HeardAsync(Organization.Id, ct);
        await RegisterAddressesAsync();
    }

    /// <summary>Changes the organization, as an operator does.</summary>
    public async Task ChangeAsync(Func<Organization, Organization> change, CancellationToken ct = default)
    {
        var changed = await _rig.Get<ChangeOrganization>()
            .HandleAsync(Organization.Id, null, "organization.updated", current => change(current), AnteroomRig.Desk, ct);
        Organization = changed.TryGet(out var organization, out var refusal)
            ? organization
            : throw new InvalidOperationException(refusal.ToString());
        await _rig.HeardAsync(Organization.Id, ct);
    }

    public async Task MoveAsync(ConnectionStep step, CancellationToken ct = default)
    {
        var moved = await _rig.Get<ChangeConnectionState>()
            .HandleAsync(Organization, Connection.Id, step, isOperator: true, "rig", AnteroomRig.Desk, ct);
        Connection = moved.TryGet(out var connection, out var refusal)
            ? connection
            : throw new InvalidOperationException(refusal.ToString());
        await _rig.HeardAsync(Organization.Id, ct);
    }

    /// <summary>What the database holds of this organization.</summary>
    public OrganizationRows Rows => new(_rig.Database, Organization.Id);

    private async Task ConnectAsync(string secret, ContosoOptions options, CancellationToken ct)
    {
        var settings = new ConnectionSettings
        {
            Cloud = AnteroomRig.Cloud,
            ClientId = ClientId.ToString(),
            Provisioning = options.Provisioning,
        };
        if (options.Shared is { } shared)
            settings = settings with
            {
                Registration = Registration.Shared,
                Cloud = shared.Cloud,
                ClientId = "",
                CallbackStyle = CallbackStyle.Central,
            };
        settings = options.Settings?.Invoke(settings) ?? settings;
        var draft = new ConnectionDraft(
            "Microsoft Entra ID",
            ConnectionKind.Entra,
            settings.Registration == Registration.Own ? TenantId.ToString() : null,
            settings is { Registration: Registration.Own, Credential: CredentialKind.Secret } && ConnectionFlow.Of(settings).NeedsCredential
                ? new Secret(options.Secret?.Invoke(secret, SecretId) ?? secret)
                : null,
            settings
        );
        var saved = await _rig.Get<SaveConnection>().CreateAsync(Organization.Id, draft, AnteroomRig.Desk, ct);
        Connection = saved.TryGet(out var connection, out var refusal)
            ? connection
            : throw new InvalidOperationException(refusal.ToString());
        foreach (var step in StepsTo(options.State))
            await MoveAsync(step, ct);

        await RegisterAddressesAsync();
    }

    private static ConnectionStep[] StepsTo(ConnectionState state) =>
        state switch
        {
            ConnectionState.Draft => [],
            ConnectionState.Submitted => [ConnectionStep.Submit],
            ConnectionState.Testing => [ConnectionStep.Submit, ConnectionStep.Approve],
            ConnectionState.Active => [ConnectionStep.Activate],
            _ => [ConnectionStep.Disable],
        };

    /// <summary>Registers at Entra what the connection needs there, as its administrator does after a change of host.</summary>
    public Task RegisterAddressesAsync()
    {
        var flow = ConnectionFlow.Of(Connection.Settings);
        var isSpa = (_options.Platform ?? (flow.Redeemer == Redeemer.Browser ? "spa" : "web")) == "spa";
        string[] addresses = [RedirectUri];
        return _rig.Control.PatchAsync(
            $"applications/{ClientId}",
            new
            {
                web = new
                {
                    redirectUris = isSpa ? [] : addresses,
                    logoutUrl = Connection.LogoutUri(Origin),
                    implicitGrantSettings = new { enableIdTokenIssuance = _options.IdTokenBox ?? flow.HasIdToken },
                },
                spa = new { redirectUris = isSpa ? addresses : [] },
            }
        );
    }

    private static Person PersonOf(JsonObject made, string userName) =>
        new(Guid.Parse((string)made["tenantId"]!), Guid.Parse((string)made["id"]!), userName, Password);
}
