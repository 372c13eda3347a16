using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Platform;
using Npgsql;

namespace Anteroom.Harness;

/// <summary>The platform's app registration at the emulator, in a tenant that no organization has, and in a cloud that only this test uses: one serves a cloud.</summary>
public sealed class SharedApp
{
    private readonly AnteroomRig _rig;

    private SharedApp(AnteroomRig rig, string cloud, Guid clientId, string secret, SharedRegistration registration) =>
        (_rig, Cloud, ClientId, Secret, Registration) = (rig, cloud, clientId, secret, registration);

    /// <summary>Another name of the emulator.</summary>
    public string Cloud { get; }

    public Guid ClientId { get; }

    public string Secret { get; }

    public SharedRegistration Registration { get; private set; }

    /// <param name="keep">Whether it must outlive the test that makes it, because others share it.</param>
    public static async Task<SharedApp> CreateAsync(AnteroomRig rig, bool keep = false, CancellationToken ct = default)
    {
        var mark = Identifiers.ToBase32(Identifiers.NewUuid(rig.Clock)).ToLowerInvariant()[^10..];
        var vendor = await rig.Control.PostAsync(
            "tenants",
            new { displayName = $"Vendor {mark}", initialDomain = $"vendor{mark}.onmicrosoft.com" }
        );
        var application = await rig.Control.PostAsync(
            $"tenants/{(string)vendor["id"]!}/applications",
            new
            {
                displayName = "Anteroom for everybody",
                signInAudience = "AzureADMultipleOrgs",
                optionalClaims = new { idToken = ((string[])["upn", "acct", "sid", "login_hint"]).Select(name => new { name }).ToArray() },
                web = new
                {
                    redirectUris = new[] { rig.Address + CallbackPaths.Central, rig.Address + "/sso/admin-consent" },
                    logoutUrl = rig.Address + CallbackPaths.SharedLogout,
                    implicitGrantSettings = new { enableIdTokenIssuance = true },
                },
            }
        );
        var clientId = Guid.Parse((string)application["appId"]!);
        var secret = (string)
            (await rig.Control.PostAsync($"applications/{clientId}/secrets", new { displayName = "sign-in" }))["secretText"]!;

        var cloud = (keep ? "emulator-kept-" : "emulator-") + mark;
        await ForgetFormerAsync(rig, ct);
        var added = await rig.Get<CloudStore>()
            .AddAsync(cloud, "Emulator", rig.EmulatorAddress, rig.EmulatorAddress + "/graph", [], null, AnteroomRig.Desk, ct);
        if (!added.TryGet(out _, out var fault))
            throw new InvalidOperationException(fault.ToString());
        var made = await rig.Get<SaveSharedRegistration>()
            .CreateAsync(new(cloud, "Anteroom for everybody", clientId.ToString(), new Secret(secret)), AnteroomRig.Desk, ct);
        return made.TryGet(out var registration, out var refusal)
            ? new(rig, cloud, clientId, secret, registration)
            : throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>A platform has 50 clouds and 50 shared apps, and tests do not tidy up: those of tests that are long over make room.</summary>
    private static async Task ForgetFormerAsync(AnteroomRig rig, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(rig.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            """
            SELECT set_config('app.organization', platform_organization()::text, false);
            DELETE FROM clouds WHERE key LIKE 'emulator-%' AND key NOT LIKE 'emulator-kept-%'
               AND key NOT IN (SELECT key FROM clouds ORDER BY age(xmin) LIMIT 30);
            DELETE FROM shared_registrations WHERE cloud LIKE 'emulator-%' AND cloud NOT IN (SELECT key FROM clouds);
            """,
            connection
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>As an operator switches it off and on again.</summary>
    public async Task ChangeAsync(SharedRegistrationState state, CancellationToken ct = default)
    {
        var changed = await _rig.Get<SaveSharedRegistration>()
            .ChangeAsync(
                Registration.Id,
                Registration.Version,
                current => SharedRegistrationDraft.Of(current) with { State = state },
                AnteroomRig.Desk,
                ct
            );
        Registration = changed.TryGet(out var registration, out var refusal)
            ? registration
            : throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>As an operator names a tenant of the organization.</summary>
    public async Task<TenantBinding> BindAsync(OrganizationId organization, Guid tenant, CancellationToken ct = default)
    {
        var bound = await _rig.Get<ChangeTenantBindings>()
            .BindAsync(organization, Cloud, tenant, TenantBindingKind.Operator, null, AnteroomRig.Desk, ct);
        return bound.TryGet(out var binding, out var refusal) ? binding : throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>As an operator adds the application permission Domain.Read.All to the app registration.</summary>
    public Task AskForDomainsAsync() =>
        _rig.Control.PatchAsync(
            $"applications/{ClientId}",
            new
            {
                requiredResourceAccess = new[]
                {
                    new
                    {
                        resourceAppId = "00000003-0000-0000-c000-000000000000",
                        resourceAccess = new[] { new { id = "dbb9058a-0e50-45d7-ae91-66909b5d4664", type = "Role" } },
                    },
                },
            }
        );

    /// <summary>An administrator of that tenant has consented for everybody there.</summary>
    public Task ConsentAsync(Guid tenant) =>
        _rig.Control.PostAsync(
            $"tenants/{tenant}/service-principals/{ClientId}/grants",
            new { scopes = new[] { "openid", "profile", "email" } }
        );
}
