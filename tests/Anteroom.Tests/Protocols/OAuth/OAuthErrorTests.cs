using System.Reflection;
using Anteroom.Protocols.OAuth;

namespace Anteroom.Tests.Protocols.OAuth;

public sealed class OAuthErrorTests
{
    [Fact] // RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 6750 §3.1, RFC 8628 §3.5, RFC 8707 §2
    public void Each_code_is_spelled_as_its_standard_spells_it_and_has_its_status()
    {
        var sent = typeof(OAuthError)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(OAuthError))
            .Select(method => (OAuthError)method.Invoke(null, ["Why."])!)
            .Select(error => $"{error.Code} {error.Status}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "access_denied 400",
                "account_selection_required 400",
                "authorization_pending 400",
                "consent_required 400",
                "expired_token 400",
                "insufficient_scope 403",
                "interaction_required 400",
                "invalid_client 401",
                "invalid_grant 400",
                "invalid_request 400",
                "invalid_request_uri 400",
                "invalid_scope 400",
                "invalid_target 400",
                "invalid_token 401",
                "login_required 400",
                "registration_not_supported 400",
                "request_not_supported 400",
                "request_uri_not_supported 400",
                "server_error 500",
                "slow_down 400",
                "temporarily_unavailable 429",
                "unauthorized_client 400",
                "unsupported_grant_type 400",
                "unsupported_response_type 400",
            ],
            sent
        );
    }

    [Fact] // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E
    public void A_description_has_only_the_characters_it_may_have() =>
        Assert.Equal("a?b?c?d?e ~!", OAuthError.InvalidRequest("a\"b\\c\nd\u00e9e ~!").Description);
}
