using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Federation.Applications;

/// <summary>What may be registered (SEC-090, SEC-094, SEC-096). Pure: a draft and the application as it is give the application as it shall be, or every mistake at once.</summary>
public static class ApplicationRules
{
    public const int MaxNameLength = 100;
    public const int MaxAudienceLength = 256;
    public const int MaxAddresses = 50;
    public const int MaxRefreshGraceSeconds = 10;

    /// <summary>The application after the change; <paramref name="current"/> has the defaults where it is new.</summary>
    public static Result<Application, ApplicationRefusal> Apply(Application current, ApplicationDraft draft, string issuer)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);

        var name = draft.Name?.Trim() ?? current.Name;
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
            errors["name"] = $"The name has 1 to {MaxNameLength} characters, without control characters.";

        var authentication = Authentication(current, draft, errors);
        var redirects = Addresses("redirectUris", draft.RedirectUris ?? current.RedirectUris, current.Type, least: 1, errors);
        var postLogout = Addresses(
            "postLogoutRedirectUris",
            draft.PostLogoutRedirectUris ?? current.PostLogoutRedirectUris,
            current.Type,
            least: 0,
            errors
        );

        var audience = draft.Audience ?? current.Audience;
        if (audience != current.ClientId && !IsAudience(audience, issuer))
            errors["audience"] =
                $"The audience has 1 to {MaxAudienceLength} visible ASCII characters, and is neither our issuer nor another application's client_id.";

        var algorithm = current.SigningAlgorithm;
        if (draft.SigningAlgorithm is { } wanted)
        {
            if (wanted is "ES256" or "RS256" && SignatureAlgorithm.TryParse(wanted, out var parsed))
                algorithm = parsed;
            else
                errors["signingAlgorithm"] = "The signing algorithm is ES256 or RS256.";
        }

        var settings = Settings(current.Settings, draft, errors);
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

    private static ClientAuthentication Authentication(Application current, ApplicationDraft draft, Dictionary<string, string> errors)
    {
        if (draft.ClientAuthentication is null)
            return current.Authentication;
        var wanted = ApplicationSpelling.ClientAuthenticationOf(draft.ClientAuthentication);
        if (wanted is { } method && (method == ClientAuthentication.None) == (current.Kind != ClientKind.Confidential))
            return method;
        errors["clientAuthentication"] =
            current.Kind == ClientKind.Confidential
                ? "A confidential client uses client_secret_basic or client_secret_post."
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

    private static bool IsAudience(string audience, string issuer) =>
        audience.Length is > 0 and <= MaxAudienceLength
        && audience.All(character => character is > ' ' and <= '~')
        && audience != issuer
        && !ApplicationId.TryParse(audience, out _);

    private static ApplicationSettings Settings(ApplicationSettings current, ApplicationDraft draft, Dictionary<string, string> errors)
    {
        var grants = draft.GrantTypes ?? current.GrantTypes;
        if (
            !grants.Contains(GrantType.AuthorizationCode)
            || grants.Any(grant => grant is not (GrantType.AuthorizationCode or GrantType.RefreshToken))
        )
            errors["grantTypes"] = "The grant types are authorization_code and, optionally, refresh_token.";

        var frontChannel = draft.FrontChannelLogoutUri ?? current.FrontChannelLogoutUri;
        if (frontChannel is { Length: 0 })
            frontChannel = null;
        if (frontChannel is not null && !RedirectUri.Register(frontChannel, ApplicationType.Web).TryGet(out _, out var refused))
            errors["frontChannelLogoutUri"] = refused.Reason;

        var grace = draft.RefreshGraceSeconds ?? current.RefreshGraceSeconds;
        if (grace is < 0 or > MaxRefreshGraceSeconds)
            errors["refreshGraceSeconds"] = $"The grace is 0 to {MaxRefreshGraceSeconds} seconds.";
        return new([.. grants.Distinct(StringComparer.Ordinal)], frontChannel, grace);
    }
}
