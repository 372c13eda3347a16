using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>On behalf of (entra-oidc.md §3.1): an API that was called with a person's token calls the next one for the same person.</summary>
internal sealed class OnBehalfOfGrant(
    EntraDirectory directory,
    ClientAuthentication authentication,
    KeyRing keys,
    TokenStates states,
    GrantSubject subjects,
    TokenAnswers answers,
    TimeProvider clock
) : ITokenGrant
{
    public IReadOnlyList<string> GrantTypes { get; } = ["urn:ietf:params:oauth:grant-type:jwt-bearer"];

    public async Task<Result<JsonObject, AadstsError>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request["assertion"] is not { } text)
            return RequestErrors.MissingParameter("assertion");
        if (request["requested_token_use"] is not { } use)
            return RequestErrors.MissingParameter("requested_token_use");
        if (use != "on_behalf_of")
            return RequestErrors.UnsupportedValue("requested_token_use", use);
        if (request["scope"] is null && !request.IsV1)
            return RequestErrors.MissingParameter("scope");
        if (request.Origin.Length > 0)
            return GrantErrors.CrossOriginNotAllowed(request.Origin);
        if (!(await authentication.VerifyAsync(request, ct)).TryGet(out var proven, out var refused))
            return refused;
        if (!CheckAssertion(request, text).TryGet(out var assertion, out var bad))
            return bad;
        if (states.Open(assertion.ClaimText("aio") ?? "") is not { } state)
            return GrantErrors.AssertionSignature();

        var grant = GrantOf(request, state);
        return subjects.Find(request, grant, proven).TryGet(out var subject, out var lost)
            ? answers.Compose(request, grant, subject)
            : lost;
    }

    /// <summary>Signed by us, for this very API, of a person, and not over.</summary>
    private Result<CompactJwt, AadstsError> CheckAssertion(TokenRequest request, string text)
    {
        var client = request.Client;
        if (CompactJwt.Read(text) is not { } assertion || !IsOurs(assertion))
            return GrantErrors.AssertionSignature();
        var audience = assertion.Audiences.Count == 1 ? assertion.Audiences[0] : "";
        string[] ours = [client.AppId.ToString(), $"api://{client.AppId}", .. client.IdentifierUris];
        if (!ours.Contains(audience, StringComparer.Ordinal))
            return GrantErrors.AssertionAudience(audience, client.AppId, client.DisplayName);
        if (assertion.ClaimText("scp") is null)
        {
            // An ID token has the right audience too, but no permissions.
            var isIdToken = assertion.ClaimText("azp") is null && assertion.ClaimText("appid") is null;
            return isIdToken ? GrantErrors.IdTokenAsAssertion() : GrantErrors.AssertionNotOfUser(client.AppId);
        }
        var now = clock.GetUtcNow();
        return assertion.ExpiresAt is { } expiry && expiry > now
            ? assertion
            : GrantErrors.AssertionOver(now, assertion.ExpiresAt ?? DateTimeOffset.UnixEpoch);
    }

    private bool IsOurs(CompactJwt assertion)
    {
        var kid = assertion.HeaderText("kid");
        return kid is not null && directory.Keys.Find(kid) is { } stored && assertion.IsSignedBy(keys.Load(stored).Public);
    }

    private Grant GrantOf(TokenRequest request, TokenState state)
    {
        var now = clock.GetUtcNow();
        return new Grant(
            Identifiers.NewUuid(clock),
            request.Client.AppId,
            request.Tenant.Segment,
            state.TenantId,
            state.UserId,
            state.AccountId,
            state.Sid,
            Platform.Web,
            request["scope"] ?? "",
            null,
            null,
            null,
            null,
            request["client_info"] == "1",
            state.AuthenticatedAt,
            now,
            null
        )
        {
            IsV1 = request.IsV1,
            MultiFactorAt = state.MultiFactorAt,
            IsDevice = true,
        };
    }
}
