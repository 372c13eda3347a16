using Anteroom.EntraEmulator.Access;
using Anteroom.EntraEmulator.Consenting;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Is the person of a grant still good? Disabled, revoked or blocked people fail here and not earlier (entra-oidc.md §9.4).</summary>
internal sealed class GrantSubject(EntraDirectory directory, Consent consent, ConditionalAccessRules rules)
{
    public Result<TokenSubject, AadstsError> Find(TokenRequest request, Grant grant, ProvenClient client)
    {
        if (directory.Tenants.Find(grant.TenantId) is not { } tenant || directory.Users.Find(grant.UserId) is not { } user)
            return GrantErrors.Unusable("code");
        if (CheckPerson(grant, user, client) is { } gone)
            return gone;
        if (!Scopes(request, grant, tenant).TryGet(out var scopes, out var invalid))
            return invalid;
        if (CheckApplication(request.Client, tenant, user, scopes) is { } refused)
            return refused;
        if (CheckPolicies(request, grant, tenant, user, scopes) is { } blocked)
            return blocked;

        return new TokenSubject(tenant, user, grant.AccountId, request.Client, scopes, grant.AuthenticatedAt, grant.Sid)
        {
            IsV1 = request.IsV1,
            Proof = client.Proof,
            Address = AccessAttempt.AddressOf(request.Http)?.ToString(),
            MultiFactorAt = grant.MultiFactorAt,
            AuthenticationContexts = grant.AuthenticationContexts,
            ContextsInIdToken = grant.ContextsInIdToken,
            ContextsInAccessToken = grant.ContextsInAccessToken,
            Capabilities = ClaimsRequest.Read(request["claims"])?.Capabilities is { Count: > 0 } told ? told : grant.Capabilities,
        };
    }

    /// <summary>
    /// Revocation by the table of §9.4: an administrator's act ends every token; a password that the person changed ends only those of
    /// public clients.
    /// </summary>
    private AadstsError? CheckPerson(Grant grant, User user, ProvenClient client)
    {
        if (directory.Users.Find(grant.AccountId) is not { AccountEnabled: true } account)
            return UserErrors.Disabled();
        if (!user.AccountEnabled)
            return UserErrors.GuestDisabled();
        var validFrom = account.SignInSessionsValidFromDateTime;
        if (client.Proof == ClientProof.Public && account.LastPasswordChangeDateTime is { } changed && changed > validFrom)
            validFrom = changed;
        return validFrom > grant.AuthenticatedAt ? GrantErrors.Revoked(validFrom, grant.AuthenticatedAt) : null;
    }

    private AadstsError? CheckApplication(Application application, Tenant tenant, User user, ScopeSet scopes)
    {
        var principal = directory.FindServicePrincipal(tenant.Id, application.AppId);
        if (principal is { AccountEnabled: false })
            return RequestErrors.ServicePrincipalDisabled(application.AppId, application.DisplayName);
        if (principal is { AppRoleAssignmentRequired: true } && !directory.AssignmentsFor(principal, user).Any())
            return PolicyErrors.NotAssigned(application.AppId, application.DisplayName, user.UserPrincipalName);
        return consent.Covers(tenant, user, application, scopes)
            ? null
            : PolicyErrors.ConsentMissing(application.AppId, application.DisplayName);
    }

    private AadstsError? CheckPolicies(TokenRequest request, Grant grant, Tenant tenant, User user, ScopeSet scopes)
    {
        var attempt = new AccessAttempt(
            tenant,
            user,
            [request.Client.AppId, scopes.ResourceAppId],
            AccessAttempt.AddressOf(request.Http),
            []
        )
        {
            AuthenticatedAt = grant.AuthenticatedAt,
            MultiFactorAt = grant.MultiFactorAt,
        };
        var decision = rules.Decide(attempt);
        if (decision.Refusal is { } blocked)
            return blocked with { Claims = decision.Challenge };
        if (decision is { IsStale: true, SignInFrequency: { } frequency })
            return GrantErrors.SignInFrequency(grant.AuthenticatedAt, frequency);
        if (!decision.NeedsMultiFactor)
            return null;
        var resource = scopes.ResourceAppId.ToString();
        return decision.NeedsEnrolment
            ? PolicyErrors.MultiFactorEnrolment(resource, decision.Challenge)
            : PolicyErrors.MultiFactorRequired(resource, decision.Challenge);
    }

    /// <summary>A redemption may name scopes anew, of one resource; a refresh may name several, and the first one wins (§3.1).</summary>
    private Result<ScopeSet, AadstsError> Scopes(TokenRequest request, Grant grant, Tenant tenant)
    {
        var selector = new TenantSelector(tenant.Id.ToString(), tenant);
        if (request.IsV1)
            return ScopeSet.OfResource(directory, selector, request.Client, request["resource"] ?? "", grant.Scope);
        if (request["scope"] is not { } asked)
            return First(ScopeSet.Parse(directory, selector, request.Client, grant.Scope));
        if (!ScopeSet.Parse(directory, selector, request.Client, asked).TryGet(out var scopes, out var invalid))
            return invalid;
        return scopes.OtherScopes.Count > 0 && grant.RedirectUri is not null ? RequestErrors.SeveralResources(asked) : First(scopes);
    }

    private static Result<ScopeSet, AadstsError> First(Result<ScopeSet, AadstsError> parsed) =>
        parsed.TryGet(out var scopes, out var invalid) ? scopes with { OtherScopes = [] } : invalid;
}
