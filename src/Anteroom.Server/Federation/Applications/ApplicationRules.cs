using Anteroom.Entra.Providers;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Federation.Applications;

/// <summary>What may be registered (SEC-090, SEC-094, SEC-096). Pure: a draft and the application as it is give the application as it shall be, or every mistake at once.</summary>
public static class ApplicationRules
{
    public const int MaxNameLength = 100;
    public const int MaxAudienceLength = 256;
    public const int MaxAddresses = 50;

    internal const string NoAudience =
        "It has 1 to 256 visible ASCII characters, and is neither our issuer nor another application's client_id.";

    /// <summary>The application after the change; <paramref name="current"/> has the defaults where it is new.</summary>
    public static Result<Application, ApplicationRefusal> Apply(Application current, ApplicationDraft draft, string issuer)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);

        var name = draft.Name?.Trim() ?? current.Name;
        if (name.Length is 0 or > MaxNameLength || !OneLine.Is(name))
            errors["name"] = $"The name has 1 to {MaxNameLength} characters, without control characters.";

        var settings = SettingsRules.Apply(current, draft, issuer, errors);
        var authentication = Authentication(current, draft, settings, errors);
        var redirects = Addresses(
            "redirectUris",
            draft.RedirectUris ?? current.RedirectUris,
            current.Type,
            least: settings.Allows(GrantType.AuthorizationCode) ? 1 : 0, // a program that signs nobody in has nowhere to send anybody
            errors
        );
        var postLogout = Addresses(
            "postLogoutRedirectUris",
            draft.PostLogoutRedirectUris ?? current.PostLogoutRedirectUris,
            current.Type,
            least: 0,
            errors
        );

        var audience = draft.Audience ?? current.Audience;
        if (audience != current.ClientId && !IsAudience(audience, issuer))
            errors["audience"] = NoAudience;

        var algorithm = current.SigningAlgorithm;
        if (draft.SigningAlgorithm is { } wanted)
        {
            if (wanted is "ES256" or "RS256" && SignatureAlgorithm.TryParse(wanted, out var parsed))
                algorithm = parsed;
            else
                errors["signingAlgorithm"] = "The signing algorithm is ES256 or RS256.";
        }

        if (settings is { Jwks: not null, JwksUri: not null })
            errors["jwksUri"] = "The keys are registered or published, not both (RFC 7591 section 2).";
        if (settings.SubjectType == SubjectType.Pairwise && Sectors.Of(redirects, settings) is null)
            errors["sectorIdentifier"] = "Pairwise subjects need a sector identifier where the redirect URIs have not one host in common.";
        // OIDC Front-Channel Logout §2: our page frames nothing but places where the application lives.
        if (
            settings.FrontChannelLogoutUri is { } frame
            && !errors.ContainsKey("frontChannelLogoutUri")
            && WebOrigins.Of([frame]).Except(WebOrigins.Of(redirects), StringComparer.Ordinal).Any()
        )
            errors["frontChannelLogoutUri"] = "The address has scheme, host and port of one of the redirect URIs.";
        if (errors.Count > 0)
            return new ApplicationRefusal(ReasonCodes.ValidationFailed, errors);
        return current with
        {
            Name = name,
            Authentication = authentication,
            RedirectUris = redirects,
            PostLogoutRedirectUris = postLogout,
            Audience = audience,
            SigningAlgorithm = algorithm,
            Settings = settings,
        };
    }

    private static ClientAuthentication Authentication(
        Application current,
        ApplicationDraft draft,
        ApplicationSettings settings,
        Dictionary<string, string> errors
    )
    {
        var wanted = draft.ClientAuthentication is null
            ? current.Authentication
            : ApplicationSpelling.ClientAuthenticationOf(draft.ClientAuthentication);
        if (wanted is { } method && (method == ClientAuthentication.None) == (current.Kind != ClientKind.Confidential))
        {
            if (method == ClientAuthentication.PrivateKeyJwt && settings is { Jwks: null, JwksUri: null })
                errors["jwks"] = "private_key_jwt needs the client's public keys.";
            return method;
        }
        errors["clientAuthentication"] =
            current.Kind == ClientKind.Confidential
                ? "A confidential client uses client_secret_basic, client_secret_post or private_key_jwt."
                : "A public or native client uses none.";
        return current.Authentication;
    }

    private static IReadOnlyList<string> Addresses(
        string member,
        IReadOnlyList<string> addresses,
        ApplicationType type,
        int least,
        Dictionary<string, string> errors
    )
    {
        if (addresses.Count < least || addresses.Count > MaxAddresses)
            errors[member] = $"There are {least} to {MaxAddresses} addresses.";
        else
            for (var i = 0; i < addresses.Count; i++)
                if (!RedirectUri.Register(addresses[i], type).TryGet(out _, out var refused))
                    errors[$"{member}[{i}]"] = refused.Reason;
        return [.. addresses.Distinct(StringComparer.Ordinal)];
    }

    internal static bool IsAudience(string audience, string issuer) =>
        audience.Length is > 0 and <= MaxAudienceLength
        && audience.All(character => character is > ' ' and <= '~')
        && audience != issuer
        // A token for it would be taken at the cloud for our own word in a secret's place, for whatever connection its subject names.
        && !audience.StartsWith(Cloud.TokenExchange, StringComparison.OrdinalIgnoreCase)
        && !ApplicationId.TryParse(audience, out _);
}
