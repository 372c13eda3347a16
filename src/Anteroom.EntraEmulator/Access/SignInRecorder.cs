using System.Globalization;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Access;

/// <summary>Interactive and silent sign-ins of people, as the sign-in log tells them (graph.md §11). Applications as themselves are another log.</summary>
internal sealed class SignInRecorder(SignInLog log, TimeProvider clock)
{
    public void Record(
        HttpContext http,
        Tenant tenant,
        User user,
        Application application,
        AccessDecision? decision = null,
        AadstsError? error = null,
        bool isInteractive = true
    )
    {
        var applied = decision?.Applied ?? [];
        var agent = http.Request.Headers.UserAgent.ToString();
        log.Add(
            new SignIn(Identifiers.NewUuid(clock), tenant.Id, clock.GetUtcNow(), error?.Code ?? 0)
            {
                FailureReason = error?.Message,
                AdditionalDetails = error is null ? null : error.Code.ToString(CultureInfo.InvariantCulture),
                UserId = user.Id,
                UserPrincipalName = user.UserPrincipalName,
                UserDisplayName = user.DisplayName,
                UserType = user.IsGuest ? "guest" : "member",
                AppId = application.AppId,
                AppDisplayName = application.DisplayName,
                IpAddress = http.Connection.RemoteIpAddress?.ToString(),
                UserAgent = agent.Length <= 256 ? agent : agent[..256],
                IsInteractive = isInteractive,
                CorrelationId = RequestIds.Of(http).CorrelationId,
                ConditionalAccessStatus =
                    applied.Count == 0 ? SignIn.NotApplied
                    : decision?.Refusal is null ? SignIn.Success
                    : SignIn.Failure,
                AppliedConditionalAccessPolicies = applied,
                AuthenticationRequirement = applied.Any(policy =>
                    policy.EnforcedGrantControls.Contains("Mfa", StringComparer.OrdinalIgnoreCase)
                )
                    ? "multiFactorAuthentication"
                    : "singleFactorAuthentication",
            }
        );
    }
}
