using Anteroom.Protocols.OAuth;

namespace Anteroom.Server.Federation.Applications;

/// <summary>What may be registered of an application's settings (SEC-094, SEC-097, SEC-098, SEC-101, SEC-102). Pure.</summary>
internal static class SettingsRules
{
    private const int MaxRefreshGraceSeconds = 10;
    private const int MaxSectorLength = 253;

    /// <summary>Names that mean something here already, or that no API of ours may go by.</summary>
    private static readonly string[] ReservedScopes = ["openid", "profile", "email", "address", "phone", "offline_access"];

    /// <summary>The settings after the change; every mistake goes to <paramref name="errors"/>.</summary>
    public static ApplicationSettings Apply(Application current, ApplicationDraft draft, string issuer, Dictionary<string, string> errors)
    {
        var settings = current.Settings;
        return settings with
        {
            GrantTypes = Grants(current.Kind, draft.GrantTypes ?? settings.GrantTypes, errors),
            FrontChannelLogoutUri = Address("frontChannelLogoutUri", draft.FrontChannelLogoutUri ?? settings.FrontChannelLogoutUri, errors),
            BackChannelLogoutUri = Address("backChannelLogoutUri", draft.BackChannelLogoutUri ?? settings.BackChannelLogoutUri, errors),
            RefreshGraceSeconds = Grace(draft.RefreshGraceSeconds ?? settings.RefreshGraceSeconds, errors),
            Scopes = Scopes(draft.Scopes ?? settings.Scopes, errors),
            Resources = Resources(current, draft.Resources ?? settings.Resources, issuer, errors),
            Jwks = Keys(draft.Jwks, settings.Jwks, errors),
            JwksUri = Address("jwksUri", draft.JwksUri ?? settings.JwksUri, errors),
            SubjectType = Subjects(draft.SubjectType, settings.SubjectType, errors),
            SectorIdentifier = Sector(draft.SectorIdentifier ?? settings.SectorIdentifier, errors),
            RequirePushedAuthorizationRequests = draft.RequirePushedAuthorizationRequests ?? settings.RequirePushedAuthorizationRequests,
            AccessTokenSeconds = Seconds(
                "accessTokenSeconds",
                draft.AccessTokenSeconds,
                settings.AccessTokenSeconds,
                TokenLifetimes.Longest.AccessToken,
                errors
            ),
            IdTokenSeconds = Seconds(
                "idTokenSeconds",
                draft.IdTokenSeconds,
                settings.IdTokenSeconds,
                TokenLifetimes.Longest.IdToken,
                errors
            ),
            RefreshTokenIdleSeconds = Seconds(
                "refreshTokenIdleSeconds",
                draft.RefreshTokenIdleSeconds,
                settings.RefreshTokenIdleSeconds,
                TokenLifetimes.Longest.RefreshIdle,
                errors
            ),
            RefreshTokenAbsoluteSeconds = Seconds(
                "refreshTokenAbsoluteSeconds",
                draft.RefreshTokenAbsoluteSeconds,
                settings.RefreshTokenAbsoluteSeconds,
                TokenLifetimes.Longest.RefreshAbsolute,
                errors
            ),
        };
    }

    private static string[] Grants(ClientKind kind, IReadOnlyList<string> grants, Dictionary<string, string> errors)
    {
        if (grants.Any(grant => !GrantType.All.Contains(grant)))
            errors["grantTypes"] = $"The grant types are {string.Join(", ", GrantType.All)}.";
        else if (!grants.Any(GrantType.OfPeople.Contains) && !grants.Contains(GrantType.ClientCredentials))
            errors["grantTypes"] = "There is authorization_code, client_credentials or the device grant, or several of them.";
        else if (grants.Contains(GrantType.RefreshToken) && !grants.Any(GrantType.OfPeople.Contains))
            errors["grantTypes"] = "A refresh_token comes from an authorization_code or from the device grant.";
        else if (grants.Contains(GrantType.ClientCredentials) && kind != ClientKind.Confidential)
            errors["grantTypes"] = "Only a confidential client uses client_credentials (RFC 6749 section 4.4).";
        return [.. grants.Distinct(StringComparer.Ordinal)];
    }

    private static string? Address(string member, string? address, Dictionary<string, string> errors)
    {
        if (string.IsNullOrEmpty(address))
            return null;
        if (!RedirectUri.Register(address, ApplicationType.Web).TryGet(out _, out var refused))
            errors[member] = refused.Reason;
        return address;
    }

    private static int Grace(int seconds, Dictionary<string, string> errors)
    {
        if (seconds is < 0 or > MaxRefreshGraceSeconds)
            errors["refreshGraceSeconds"] = $"The grace is 0 to {MaxRefreshGraceSeconds} seconds.";
        return seconds;
    }

    private static string[] Scopes(IReadOnlyList<string> scopes, Dictionary<string, string> errors)
    {
        string[] distinct = [.. scopes.Distinct(StringComparer.Ordinal)];
        // Together with those of OpenID Connect they fit the bounds of a request (SEC-102).
        if (
            distinct.Any(scope => scope.Length == 0 || scope.Contains(' ', StringComparison.Ordinal))
            || !ScopeSet.Parse(string.Join(' ', distinct.Concat(ReservedScopes))).TryGet(out _, out _)
        )
            errors["scopes"] =
                $"A scope is one word of visible ASCII, and all of them fit {ScopeSet.MaxBytes - 100} characters and {ScopeSet.MaxItems - ReservedScopes.Length} words.";
        else if (distinct.FirstOrDefault(ReservedScopes.Contains) is { } reserved)
            errors["scopes"] = $"The scope {reserved} belongs to OpenID Connect.";
        return distinct;
    }

    private static string[] Resources(
        Application current,
        IReadOnlyList<string> resources,
        string issuer,
        Dictionary<string, string> errors
    )
    {
        if (resources.Count > ApplicationRules.MaxAddresses)
            errors["resources"] = $"There are at most {ApplicationRules.MaxAddresses} resources.";
        else
            for (var i = 0; i < resources.Count; i++)
                if (!ApplicationRules.IsAudience(resources[i], issuer))
                    errors[$"resources[{i}]"] = ApplicationRules.NoAudience;
        return [.. resources.Distinct(StringComparer.Ordinal).Where(resource => resource != current.ClientId)];
    }

    private static string? Keys(string? wanted, string? current, Dictionary<string, string> errors)
    {
        if (wanted is null)
            return current;
        if (wanted.Length == 0)
            return null;
        if (ClientKeys.Register(wanted).TryGet(out var registered, out var refused))
            return registered;
        errors["jwks"] = refused.Reason;
        return current;
    }

    private static SubjectType Subjects(string? wanted, SubjectType current, Dictionary<string, string> errors)
    {
        if (wanted is null)
            return current;
        if (ApplicationSpelling.SubjectTypeOf(wanted) is { } type)
            return type;
        errors["subjectType"] = "The subject type is public or pairwise.";
        return current;
    }

    private static string? Sector(string? sector, Dictionary<string, string> errors)
    {
        if (string.IsNullOrEmpty(sector))
            return null;
        if (
            sector.Length > MaxSectorLength
            || Uri.CheckHostName(sector) is not (UriHostNameType.Dns or UriHostNameType.IPv4)
            || sector.Any(character => character is not (>= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '-'))
        )
            errors["sectorIdentifier"] = "The sector identifier is a host name in lower-case ASCII.";
        return sector;
    }

    // 0 is how a change asks for the default again.
    private static int? Seconds(string member, int? wanted, int? current, TimeSpan longest, Dictionary<string, string> errors)
    {
        var seconds = wanted ?? current;
        if (seconds is null or 0)
            return null;
        if (seconds < TokenLifetimes.MinSeconds || seconds > longest.TotalSeconds)
            errors[member] = $"The life is {TokenLifetimes.MinSeconds} to {longest.TotalSeconds:0} seconds.";
        return seconds;
    }
}
