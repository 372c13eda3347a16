using System.Text.Json.Serialization;
using Anteroom.Entra.Graph;
using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

public enum ConnectionTestResult
{
    Passed,
    Failed,

    /// <summary>Cannot be known from here: only a person's sign-in would show it, or an earlier step failed.</summary>
    Unknown,
}

/// <summary>One step of a test: what was tried, how it ended, and what to do about it.</summary>
public sealed record ConnectionTestStep(string Name, ConnectionTestResult Result, string? Code, string Message, string? Cure)
{
    /// <summary>Whether nobody comes in while it fails; where not, it does not stand in the way of activation.</summary>
    [JsonIgnore]
    public bool Stops { get; init; } = true;
}

/// <summary>Asks the provider everything that can be asked without a person: metadata, keys, tenant, client id, credential.</summary>
public sealed class TestConnection(
    AppRegistrations registrations,
    UpstreamClients clients,
    UpstreamProviders providers,
    ProviderMetadataCache metadata,
    TokenEndpointClient tokens,
    OrganizationDirectory organizations,
    OrganizationHosts hosts,
    Database database,
    AnteroomOptions options
)
{
    private const string Discovery = "discovery";
    private const string Keys = "keys";
    private const string Tenant = "tenant";
    private const string ClientId = "clientId";
    private const string Credential = "credential";
    private const string RedirectUri = "redirectUri";
    private const string TokenBoxes = "tokenBoxes";
    private const string Permissions = "permissions";
    private const string Consent = "consent";
    private const string ConsentCure = "Grant admin consent, or sign in first with an account that may consent for the organization.";

    public async Task<IReadOnlyList<ConnectionTestStep>> RunAsync(Connection connection, CancellationToken ct)
    {
        var asked = await AskAsync(connection, ct);
        var facts = new PermissionFacts(connection, await ProvesDomainsAsync(connection, ct), asked.HasCredential, asked.Granted);
        return [.. asked.Steps, .. await RegistrationAsync(connection, ct), .. PermissionSteps.Of(facts)];
    }

    /// <summary>What the provider answered, and what became known of the application on the way.</summary>
    private sealed record Asked(IReadOnlyList<ConnectionTestStep> Steps, bool HasCredential = false, IReadOnlySet<string>? Granted = null);

    private async Task<bool> ProvesDomainsAsync(Connection connection, CancellationToken ct)
    {
        if (!TenantDomains.MayRead(connection))
            return false;
        var proof = new DomainProven(DomainProofKind.Tenant, connection.Settings.Cloud, connection.Settings.TenantId);
        await using var tx = await database.BeginAsync(connection.Organization, ct);
        return (await OrganizationDomains.ListAsync(tx, ct)).Any(domain => domain.Proof == proof);
    }

    private async Task<Asked> AskAsync(Connection connection, CancellationToken ct)
    {
        if (!(await registrations.OfAsync(connection, ct)).TryGet(out var application, out var unavailable))
            return new([.. NotTried(Discovery, Keys, Tenant), Failed(ClientId, unavailable.Code), .. NotTried(Credential)]);
        if (await providers.OfAsync(connection, application.OnlyTenant, ct) is not { } provider)
            return new([
                new(
                    Discovery,
                    ConnectionTestResult.Failed,
                    ReasonCodes.ConnectionMissing,
                    "The connection names a provider that is not known.",
                    null
                ),
                .. NotTried(Keys, Tenant, ClientId, Credential),
            ]);
        if (!(await metadata.GetAsync(provider, ct)).TryGet(out var document, out var fault))
            return new(WithoutMetadata(fault));

        var client = application is { IsShared: true, OnlyTenant: null }
            ? new(NotTried(ClientId, Credential), HasCredential: true)
            : await ClientAsync(connection, provider, document, ct);
        return client with
        {
            Steps =
            [
                Passed(Discovery, $"The metadata of {document.Metadata.Issuer} was read."),
                Passed(Keys, "The provider publishes keys that verify its tokens."),
                application is { IsShared: true, Tenants: [] } ? Unconnected() : Passed(Tenant, TenantWords(connection, application)),
                .. client.Steps,
            ],
        };
    }

    private static string TenantWords(Connection connection, AppRegistration application) =>
        connection.Kind != ConnectionKind.Entra ? "The provider calls itself exactly what authority says."
        : application.Tenants.Count > 1 ? "Tenants are connected, and their people may come in."
        : "The tenant exists.";

    private static IReadOnlyList<ConnectionTestStep> WithoutMetadata(ProviderFault fault)
    {
        if (fault == ProviderFault.NoKeys || fault == ProviderFault.MalformedKeys)
            return
            [
                Passed(Discovery, "The metadata was read."),
                Failed(Keys, ReasonCodes.UpstreamMetadataInvalid),
                Passed(Tenant, "The provider answers under this name."),
                .. NotTried(ClientId, Credential),
            ];
        if (fault.Aadsts is { } aadsts)
        {
            var reason = ReasonCatalogue.ForAadsts(aadsts.Value);
            return
            [
                new(Discovery, ConnectionTestResult.Unknown, null, "The cloud answers, but not for this tenant.", null),
                .. NotTried(Keys),
                Failed(Tenant, reason.Code),
                .. NotTried(ClientId, Credential),
            ];
        }
        var code =
            fault.Outbound is null ? ReasonCodes.UpstreamMetadataInvalid
            : fault.Outbound.Kind is OutboundFailureKind.RetryLater ? ReasonCodes.UpstreamThrottled
            : ReasonCodes.UpstreamUnreachable;
        return [Failed(Discovery, code, fault.Detail), .. NotTried(Keys, Tenant, ClientId, Credential)];
    }

    /// <summary>What stands in the app registration and only a sign-in shows: each with what it must be, in Entra's words.</summary>
    private async Task<IReadOnlyList<ConnectionTestStep>> RegistrationAsync(Connection connection, CancellationToken ct)
    {
        var organization = await organizations.GetAsync(connection.Organization, ct);
        var hasOwnHost = organization is not null && hosts.OwnOriginOf(organization) is not null;
        if (ConnectionRules.HostFault(connection.Settings.CallbackStyle, hasOwnHost) is { } misplaced)
            return [Failed(RedirectUri, ReasonCodes.CallbackStyleUnfit, misplaced), .. NotTried(TokenBoxes, Permissions, Consent)];

        var address = connection.RedirectUri(await hosts.OriginOfAsync(connection.Organization, ct));
        var registration = EntraRegistration.Of(connection);
        var isEntra = connection.Kind == ConnectionKind.Entra;
        var hasOwnApp = isEntra && connection.Settings.Registration == Registration.Own;
        return
        [
            new(
                RedirectUri,
                ConnectionTestResult.Unknown,
                null,
                $"The sign-in sends {address}. Only a sign-in shows whether it is registered.",
                hasOwnApp ? $"Authentication: it stands under {registration.PlatformName}, letter by letter." : null
            ),
            ConnectionFlow.Of(connection.Settings).HasIdToken
                ? new(
                    TokenBoxes,
                    ConnectionTestResult.Unknown,
                    null,
                    "This response mode needs id_tokens from the authorization endpoint. Only a sign-in shows whether they are enabled.",
                    hasOwnApp ? $"Authentication > Implicit grant and hybrid flows: tick \"{EntraRegistration.IdTokenBox}\"." : null
                )
                : Passed(TokenBoxes, "Not needed: this response mode asks for a code alone, so both boxes may stay unticked."),
            new(
                Permissions,
                ConnectionTestResult.Unknown,
                null,
                $"The sign-in asks for {GroupRoles.ScopeOf(connection)}. Only a sign-in shows whether the provider gives it.",
                hasOwnApp ? "API permissions: the default, User.Read, is enough." : null
            ),
            new(
                Consent,
                ConnectionTestResult.Unknown,
                null,
                "Only a sign-in shows whether people may consent to that, or somebody has consented for them.",
                hasOwnApp ? "API permissions > " + ConsentCure
                    : isEntra ? ConsentCure
                    : null
            ),
        ];
    }

    private async Task<Asked> ClientAsync(Connection connection, UpstreamProvider provider, ProviderDocument document, CancellationToken ct)
    {
        var flow = ConnectionFlow.Of(connection.Settings);
        if (!(await clients.OfAsync(connection, document, ct)).TryGet(out var client, out var unfit))
            return new([.. NotTried(ClientId), Failed(Credential, unfit)], HasCredential: true);
        if (!client.HasCredential)
            return new(
                flow.NeedsCredential
                    ? [.. NotTried(ClientId), Failed(Credential, ReasonCodes.SecretMissing)]
                    : [await KnownAsync(connection, provider, document, ct), Passed(Credential, "Not needed: this mode has no secret.")]
            );
        if (provider is not EntraProvider entra)
            return new([
                new(ClientId, ConnectionTestResult.Unknown, null, "Only a sign-in shows whether the provider knows this client.", null),
                new(Credential, ConnectionTestResult.Unknown, null, "Only a sign-in shows whether the provider takes this secret.", null),
            ]);

        var endpoint = UpstreamClients.EndpointOf(connection, document);
        var asked = await tokens.RequestClientCredentialsAsync(endpoint, client, entra.Cloud.GraphScope, ct);
        return asked.TryGet(out var given, out var failure)
            ? new(
                [Passed(ClientId, "The tenant knows the application."), Passed(Credential, Taken(connection.Settings.Credential))],
                HasCredential: true,
                given.AccessToken is { } token ? GrantedPermissions.Parse(token.Reveal()) : null
            )
            : new(Explain(failure, connection), HasCredential: true);
    }

    /// <summary>No fault: people get as far as Entra and consent there, which is how connecting begins (docs/decisions/0029).</summary>
    private static ConnectionTestStep Unconnected() =>
        new(
            Tenant,
            ConnectionTestResult.Unknown,
            ReasonCodes.TenantNotBound,
            "No Entra tenant is connected yet. People get as far as Microsoft, and nobody comes in.",
            ReasonCatalogue.Get(ReasonCodes.TenantNotBound).Administrator
        );

    private static string Taken(CredentialKind credential) =>
        credential switch
        {
            CredentialKind.Certificate => "The tenant takes the certificate.",
            CredentialKind.Federated => "The tenant takes our token in a secret's place.",
            _ => "The tenant takes the secret.",
        };

    /// <summary>Whether the tenant knows an application without any credential; an object ID pasted in its place is unknown to it (IMP-09).</summary>
    private async Task<ConnectionTestStep> KnownAsync(
        Connection connection,
        UpstreamProvider provider,
        ProviderDocument document,
        CancellationToken ct
    )
    {
        if (provider is not EntraProvider || document.Metadata.DeviceAuthorizationEndpoint is not { } device)
            return NotTried(ClientId)[0];
        var endpoint = new TokenEndpoint(provider, device, null, connection.Organization.ToString());
        return await tokens.AskForClientAsync(endpoint, connection.Settings.ClientId, ct) switch
        {
            null => Passed(ClientId, "The tenant knows the application."),
            UpstreamTokenError { Aadsts: { } aadsts } => ReasonCatalogue.ForAadsts(aadsts.Value) switch
            {
                { Code: ReasonCodes.ApplicationNotFound or ReasonCodes.ApplicationDisabled } reason => Failed(ClientId, reason.Code),
                var reason => new(ClientId, ConnectionTestResult.Unknown, reason.Code, $"The tenant answered {aadsts}.", reason.Now),
            },
            _ => NotTried(ClientId)[0],
        };
    }

    private IReadOnlyList<ConnectionTestStep> Explain(TokenEndpointFailure failure, Connection connection)
    {
        if (failure is not UpstreamTokenError { Aadsts: { } aadsts })
            return NotTried(ClientId, Credential);
        var reason = ReasonCatalogue.ForAadsts(aadsts.Value);
        return reason.Code switch
        {
            // Entra knows the shared app in a tenant from the first consent on; people may give it themselves when they sign in.
            ReasonCodes.ApplicationNotFound when connection.Settings.Registration == Registration.Shared =>
            [
                new(ClientId, ConnectionTestResult.Unknown, null, "Nobody of the tenant has consented to the shared app yet.", ConsentCure),
                .. NotTried(Credential),
            ],
            ReasonCodes.ApplicationNotFound or ReasonCodes.ApplicationDisabled => [Failed(ClientId, reason.Code), .. NotTried(Credential)],
            ReasonCodes.SecretInvalid
            or ReasonCodes.SecretExpired
            or ReasonCodes.SecretMissing
            or ReasonCodes.SecretIsId
            or ReasonCodes.CertificateUnknown
            or ReasonCodes.CertificateExpired
            or ReasonCodes.AssertionOutOfTime
            or ReasonCodes.FederatedCredentialMismatch
            or ReasonCodes.FederatedIssuerUnreachable =>
            [
                Passed(ClientId, "The tenant knows the application."),
                Failed(Credential, reason.Code, DetailOf(connection)),
            ],
            _ =>
            [
                new(ClientId, ConnectionTestResult.Unknown, reason.Code, $"The tenant answered {aadsts}.", reason.Now),
                .. NotTried(Credential),
            ],
        };
    }

    /// <summary>What the administrator compares letter by letter.</summary>
    private string? DetailOf(Connection connection) =>
        connection.Settings.Credential != CredentialKind.Federated ? null : FederatedTrust.Of(connection, options.Issuer).ToString();

    private static ConnectionTestStep Passed(string name, string message) => new(name, ConnectionTestResult.Passed, null, message, null);

    private static ConnectionTestStep Failed(string name, string code, string? detail = null)
    {
        var reason = ReasonCatalogue.Get(code);
        var message = detail is null ? reason.Happened : $"{reason.Happened} {detail}";
        return new(name, ConnectionTestResult.Failed, code, message, reason.Administrator ?? reason.Now);
    }

    private static ConnectionTestStep[] NotTried(params string[] names) =>
        Array.ConvertAll(
            names,
            name => new ConnectionTestStep(
                name,
                ConnectionTestResult.Unknown,
                null,
                "Could not be tried, or the answer does not tell.",
                null
            )
        );
}
