using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
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
public sealed record ConnectionTestStep(string Name, ConnectionTestResult Result, string? Code, string Message, string? Cure);

/// <summary>Asks the provider everything that can be asked without a person: metadata, keys, tenant, client id, credential.</summary>
public sealed class TestConnection(
    ConnectionStore connections,
    UpstreamProviders providers,
    ProviderMetadataCache metadata,
    TokenEndpointClient tokens
)
{
    private const string Discovery = "discovery";
    private const string Keys = "keys";
    private const string Tenant = "tenant";
    private const string ClientId = "clientId";
    private const string Credential = "credential";

    public async Task<IReadOnlyList<ConnectionTestStep>> RunAsync(Connection connection, CancellationToken ct)
    {
        if (await providers.OfAsync(connection, ct) is not { } provider)
            return
            [
                new(
                    Discovery,
                    ConnectionTestResult.Failed,
                    ReasonCodes.ConnectionMissing,
                    "The connection names a provider that is not known.",
                    null
                ),
                .. NotTried(Keys, Tenant, ClientId, Credential),
            ];
        if (!(await metadata.GetAsync(provider, ct)).TryGet(out var document, out var fault))
            return WithoutMetadata(fault);

        return
        [
            Passed(Discovery, $"The metadata of {document.Metadata.Issuer} was read."),
            Passed(Keys, "The provider publishes keys that verify its tokens."),
            Passed(
                Tenant,
                connection.Kind == ConnectionKind.Entra ? "The tenant exists." : "The provider calls itself exactly what authority says."
            ),
            .. await ClientAsync(connection, provider, document, ct),
        ];
    }

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

    private async Task<IReadOnlyList<ConnectionTestStep>> ClientAsync(
        Connection connection,
        UpstreamProvider provider,
        ProviderDocument document,
        CancellationToken ct
    )
    {
        if (await connections.ClientSecretAsync(connection, ct) is not { } secret)
            return [.. NotTried(ClientId), Failed(Credential, ReasonCodes.SecretMissing)];
        if (provider is not EntraProvider entra)
            return
            [
                new(ClientId, ConnectionTestResult.Unknown, null, "Only a sign-in shows whether the provider knows this client.", null),
                new(Credential, ConnectionTestResult.Unknown, null, "Only a sign-in shows whether the provider takes this secret.", null),
            ];

        var endpoint = new TokenEndpoint(
            provider,
            document.Metadata.TokenEndpoint,
            document.Metadata.TokenEndpointAuthenticationMethods,
            connection.Organization.ToString()
        );
        var scope = $"{entra.Cloud.Graph.GetLeftPart(UriPartial.Path).TrimEnd('/')}/.default";
        var asked = await tokens.RequestClientCredentialsAsync(endpoint, new(connection.Settings.ClientId, secret), scope, ct);
        return asked.TryGet(out _, out var failure)
            ? [Passed(ClientId, "The tenant knows the application."), Passed(Credential, "The tenant takes the secret.")]
            : Explain(failure);
    }

    private static IReadOnlyList<ConnectionTestStep> Explain(TokenEndpointFailure failure)
    {
        if (failure is not UpstreamTokenError { Aadsts: { } aadsts })
            return NotTried(ClientId, Credential);
        var reason = ReasonCatalogue.ForAadsts(aadsts.Value);
        return reason.Code switch
        {
            ReasonCodes.ApplicationNotFound or ReasonCodes.ApplicationDisabled => [Failed(ClientId, reason.Code), .. NotTried(Credential)],
            ReasonCodes.SecretInvalid or ReasonCodes.SecretExpired or ReasonCodes.SecretMissing or ReasonCodes.SecretIsId =>
            [
                Passed(ClientId, "The tenant knows the application."),
                Failed(Credential, reason.Code),
            ],
            _ =>
            [
                new(ClientId, ConnectionTestResult.Unknown, reason.Code, $"The tenant answered {aadsts}.", reason.Now),
                .. NotTried(Credential),
            ],
        };
    }

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
