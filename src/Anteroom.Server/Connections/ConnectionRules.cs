using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>What a connection must satisfy to be saved. Pure: whether roles, clouds and tenants exist is asked elsewhere.</summary>
public static class ConnectionRules
{
    private const int MostItems = 100;
    private const int LongestSecret = 1024;
    private const int MostSteps = 20;

    /// <summary>Attributes that a claim may fill (SEC-073); also <c>custom.</c> and the key of a field of the organization.</summary>
    public static IReadOnlyList<string> Targets { get; } = ["displayName", "givenName", "familyName", "email"];

    public const string CustomPrefix = "custom.";

    /// <summary>The draft in its normal spelling, or why it cannot be saved.</summary>
    public static Result<ConnectionDraft, ConnectionRefusal> Check(ConnectionDraft draft)
    {
        var settings = draft.Settings;
        var fault =
            OrganizationNames.Fault(draft.Name, 100)
            ?? ModeFault(draft)
            ?? (draft.Kind == ConnectionKind.Entra ? EntraFault(draft) : OidcFault(draft))
            ?? MappingFault(settings)
            ?? ContextFault(draft)
            ?? SecondFactorFault(settings);
        if (fault is not null)
            return Invalid(fault);
        if (draft.ClientSecret is not null && !ConnectionFlow.Of(settings).MayHaveCredential)
            return Invalid("clientSecret: a browser client has no secret. Leave it out, and delete it in Entra where one was made.");
        if (draft.ClientSecret is not null && settings.Credential != CredentialKind.Secret)
            return Invalid("clientSecret: this connection proves itself without one. Leave it out, or set credential to 'secret'.");
        if (draft.ClientSecret is { } secret && SecretFault(draft.Kind, secret.Reveal()) is { } wrongSecret)
            return wrongSecret;

        if (ExpiryFault(settings.ClientSecretExpiresOn) is { } wrongDay)
            return Invalid(wrongDay);

        if (!Domains(settings.AuthorizedDomains).TryGet(out var domains, out var wrongDomain))
            return wrongDomain;
        var testers = settings.Testers.Select(Testers.Normalize).Distinct().ToList();
        if (testers.Contains(null) || testers.Count > Testers.Most)
            return Invalid($"testers are at most {Testers.Most} object ids of the tenant or ids of users of the organization.");
        var tenant = draft.Tenant?.Trim().ToLowerInvariant();
        return draft with
        {
            Name = draft.Name.Trim(),
            Tenant = draft.Kind == ConnectionKind.Entra ? tenant : null,
            Settings = settings with
            {
                AuthorizedDomains = domains,
                Testers = [.. testers.OfType<string>()],
                // Parsing allows spaces around an id; Entra does not.
                ClientId =
                    draft.Kind == ConnectionKind.Entra && Guid.TryParse(settings.ClientId, out var id)
                        ? id.ToString("D")
                        : settings.ClientId,
                Cloud = draft.Kind == ConnectionKind.Entra ? settings.Cloud ?? Cloud.Global.Key : null,
                ClientSecretExpiresOn = KeepsSecret(settings) ? settings.ClientSecretExpiresOn : null,
                Certificate = settings.Credential == CredentialKind.Certificate ? settings.Certificate : null,
                EndpointHosts = [.. settings.EndpointHosts.Select(host => host.ToLowerInvariant())],
            },
        };
    }

    /// <summary>Authorized domains in their normal spelling, each once.</summary>
    public static Result<string[], ConnectionRefusal> Domains(IReadOnlyList<string> typed)
    {
        var names = typed.Select(DomainNames.Normalize).Distinct().ToArray();
        if (names.Contains(null))
            return Invalid("authorizedDomains holds a text that is no domain such as example.com.");
        return names.Length > MostItems ? Invalid($"authorizedDomains has at most {MostItems} items.") : names.OfType<string>().ToArray();
    }

    /// <summary>Whether such a connection keeps a client secret of its own.</summary>
    public static bool KeepsSecret(ConnectionSettings settings) =>
        settings is { Credential: CredentialKind.Secret, Registration: Registration.Own } && ConnectionFlow.Of(settings).MayHaveCredential;

    /// <summary>Why a day cannot be the last one of a secret, or null.</summary>
    public static string? ExpiryFault(DateOnly? day) =>
        day is { Year: < 2000 } ? "clientSecretExpiresOn is a day such as 2027-05-31, or nothing." : null;

    /// <summary>Why a callback style does not go with the host on which the organization's people sign in, or null.</summary>
    public static string? HostFault(CallbackStyle style, bool hasOwnHost) =>
        (style, hasOwnHost) switch
        {
            (CallbackStyle.OrganizationHost, false) =>
                "callbackStyle 'organizationHost' needs a host of the organization's own: set ownHost first.",
            (CallbackStyle.Central, true) =>
                "callbackStyle 'central' is an address of the base host, and this organization signs in on a host of its own.",
            _ => null,
        };

    /// <summary>Which modes go together. An address that connections share serves Entra only: there <c>tid</c> and <c>aud</c> tell the tokens apart (SEC-066).</summary>
    private static string? ModeFault(ConnectionDraft draft)
    {
        var settings = draft.Settings;
        if (settings.Registration == Registration.Shared)
            return SharedFault(draft);
        if (draft.Kind != ConnectionKind.Entra && settings.CallbackStyle != CallbackStyle.Connection)
            return "callbackStyle: connections of kind 'oidc' have an address each; use 'connection'.";
        if (settings.Credential != CredentialKind.Secret && draft.Kind != ConnectionKind.Entra)
            return "credential: kind 'oidc' has a client secret; use 'secret'.";
        if (settings.ClientKind != ClientKind.Browser)
            return null;
        if (settings.Credential != CredentialKind.Secret)
            return "credential: clientKind 'browser' has no credential; leave it out.";
        if (draft.Kind != ConnectionKind.Entra)
            return "clientKind 'browser' belongs to kind 'entra'; use 'confidential'.";
        return settings.ResponseMode == ResponseMode.Code
            ? null
            : "responseMode: clientKind 'browser' redeems a code, so use 'code'; without a code no secret is needed anyway.";
    }

    /// <summary>The operator's app registration brings client and credential; which tenants come in is told elsewhere, and proven (docs/decisions/0025).</summary>
    private static string? SharedFault(ConnectionDraft draft)
    {
        var settings = draft.Settings;
        if (draft.Kind != ConnectionKind.Entra)
            return "registration 'shared' belongs to kind 'entra'; use 'own'.";
        if (draft.Tenant is not null || settings.ClientId.Length > 0 || draft.ClientSecret is not null)
            return "registration 'shared' uses the operator's app registration: leave out tenantId, clientId and clientSecret.";
        if (settings.Credential != CredentialKind.Secret)
            return "credential: registration 'shared' uses the operator's; leave it out.";
        if (settings.ClientKind != ClientKind.Confidential || settings.ResponseMode == ResponseMode.IdToken)
            return "registration 'shared' goes with clientKind 'confidential' and responseMode 'code' or 'hybrid'.";
        return settings.CallbackStyle == CallbackStyle.Central
            ? null
            : "callbackStyle: registration 'shared' has one redirect URI for all organizations; use 'central'.";
    }

    private static string? EntraFault(ConnectionDraft draft)
    {
        if (draft.Settings.Authority is not null || draft.Settings.EndpointHosts.Count > 0)
            return "authority and endpointHosts belong to kind 'oidc'; kind 'entra' has cloud and tenantId.";
        if (draft.Settings.Registration == Registration.Shared)
            return null;
        if (draft.Tenant is not { Length: > 0 } tenant)
            return "tenantId is required: Overview > Directory (tenant) ID of the app registration.";
        if (!Guid.TryParseExact(tenant.Trim(), "D", out _) && DomainNames.Normalize(tenant) is null)
            return "tenantId is a GUID (Directory (tenant) ID) or a domain of the tenant.";
        if (tenant.Trim() is "common" or "organizations" or "consumers")
            return "tenantId names one tenant; 'common', 'organizations' and 'consumers' do not.";
        return Guid.TryParseExact(draft.Settings.ClientId, "D", out var client) && client != Guid.Empty
            ? null
            : "clientId is a GUID: Overview > Application (client) ID of the app registration.";
    }

    private static string? OidcFault(ConnectionDraft draft)
    {
        var settings = draft.Settings;
        if (settings.Cloud is not null || draft.Tenant is not null)
            return "cloud and tenantId belong to kind 'entra'; kind 'oidc' has authority.";
        if (settings.EndpointHosts.Count > 10)
            return "endpointHosts has at most 10 items.";
        if (settings.Authority is not { } authority || !OidcProvider.TryCreate(authority, settings.EndpointHosts, out _))
            return "authority is the provider's issuer: an https address without query (http on loopback only); endpointHosts are host names.";
        return settings.ClientId.Length is 0 or > 255 || settings.ClientId.Any(character => character is < ' ' or > '~')
            ? "clientId has 1 to 255 printable ASCII characters."
            : null;
    }

    private static string? MappingFault(ConnectionSettings settings)
    {
        if (
            settings.AuthorizedDomains.Count > MostItems
            || settings.ClaimMappings.Count > MostItems
            || settings.RoleMappings.Count > MostItems
        )
            return $"authorizedDomains, claimMappings and roleMappings have at most {MostItems} items each.";
        foreach (var mapping in settings.ClaimMappings)
        {
            if (!IsClaimName(mapping.Claim))
                return "claimMappings: a claim has 1 to 200 characters.";
            if (!Targets.Contains(mapping.Target) && !mapping.Target.StartsWith(CustomPrefix, StringComparison.Ordinal))
                return $"claimMappings: target is one of {string.Join(", ", Targets)} or {CustomPrefix} with the key of a field.";
        }
        if (settings.ClaimMappings.Where(mapping => mapping.Active).GroupBy(mapping => mapping.Target).Any(target => target.Count() > 1))
            return "claimMappings: each target has at most one active mapping.";
        foreach (var mapping in settings.RoleMappings)
            if (mapping.Claim is not ("groups" or "roles") || mapping.Value.Length is 0 or > 256)
                return "roleMappings: claim is 'groups' or 'roles', value has 1 to 256 characters.";
        return null;
    }

    private static string? ContextFault(ConnectionDraft draft)
    {
        var (context, steps) = (draft.Settings.AuthContext, draft.Settings.StepUps);
        if (draft.Kind != ConnectionKind.Entra && (context is not null || steps.Count > 0))
            return "authContext and stepUps belong to kind 'entra'; other providers get the application's acr_values as they are.";
        if (context is not null && !AuthContexts.IsName(context))
            return "authContext is the id of an authentication context: c1 to c99.";
        if (steps.Count > MostSteps || steps.Any(step => !AuthContexts.IsName(step.AuthContext) || !IsAcr(step.Acr)))
            return $"stepUps: at most {MostSteps}, each an acr without spaces and the id of an authentication context, c1 to c99.";
        return steps.Select(step => step.Acr).Distinct(StringComparer.Ordinal).Count() < steps.Count
            ? "stepUps: each acr stands once."
            : null;
    }

    /// <summary>Not a rule about what is safe, but about what can be: nobody would come in.</summary>
    private static string? SecondFactorFault(ConnectionSettings settings) =>
        settings is { MfaRequired: true, TrustUpstreamMfa: false }
            ? "mfaRequired needs trustUpstreamMfa: without it no word of the provider about second factors counts, and nobody could sign in."
            : null;

    private static bool IsAcr(string acr) => acr.Length is > 0 and <= 200 && acr.All(character => character is > ' ' and <= '~');

    private static ConnectionRefusal? SecretFault(ConnectionKind kind, string secret)
    {
        if (secret.Length is 0 or > LongestSecret || secret.Any(char.IsControl))
            return Invalid($"clientSecret has 1 to {LongestSecret} characters on one line.");
        // Entra's values are never GUIDs; its secret IDs always are (HEC-27).
        return kind == ConnectionKind.Entra && Guid.TryParse(secret.Trim(), out _) ? new(ReasonCodes.SecretIsId) : null;
    }

    private static bool IsClaimName(string claim) => claim.Length is > 0 and <= 200 && !claim.Any(char.IsControl);

    private static ConnectionRefusal Invalid(string detail) => new(ReasonCodes.ValidationFailed, detail);
}
