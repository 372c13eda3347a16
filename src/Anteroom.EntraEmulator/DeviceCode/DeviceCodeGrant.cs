using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.DeviceCode;

/// <summary>A device asks whether somebody has signed in (RFC 8628 §3.4, §3.5, with Entra's names of the errors).</summary>
internal sealed class DeviceCodeGrant(
    DeviceAuthorizations authorizations,
    ClientAuthentication authentication,
    GrantSubject subjects,
    TokenAnswers answers
) : ITokenGrant
{
    /// <summary>The documented name, and the short one that Microsoft's own libraries send.</summary>
    public IReadOnlyList<string> GrantTypes { get; } = ["urn:ietf:params:oauth:grant-type:device_code", "device_code"];

    public async Task<Result<JsonObject, AadstsError>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        // Version 1 calls it "code".
        if ((request["device_code"] ?? (request.IsV1 ? request["code"] : null)) is not { } code)
            return RequestErrors.MissingParameter("device_code");
        if (!(await AuthenticateAsync(request, ct)).TryGet(out var client, out var refused))
            return refused;
        if (authorizations.FindByDeviceCode(code) is not { } authorization || authorization.AppId != request.Client.AppId)
            return GrantErrors.BadVerificationCode();
        if (authorizations.IsOver(authorization))
            return GrantErrors.DeviceExpired();
        var isTooSoon = authorizations.IsPolledTooSoon(authorization.Id);
        switch (authorization.State)
        {
            case DeviceAuthorization.Pending:
                return isTooSoon ? GrantErrors.SlowDown() : GrantErrors.AuthorizationPending();
            case DeviceAuthorization.Declined:
                return GrantErrors.DeviceDeclined();
            case DeviceAuthorization.Redeemed:
                return GrantErrors.CodeAlreadyRedeemed();
        }
        if (authorizations.GrantOf(authorization) is not { } grant)
            return GrantErrors.BadVerificationCode();
        // A client that proved itself now is confidential for the life of its refresh tokens too.
        grant = grant with
        {
            Platform = client.Proof == ClientProof.Public ? Platform.PublicClient : Platform.Web,
        };
        if (!subjects.Find(request, grant, client).TryGet(out var subject, out var lost))
            return lost;
        return authorizations.Redeem(authorization.Id) ? answers.Compose(request, grant, subject) : GrantErrors.CodeAlreadyRedeemed();
    }

    /// <summary>"Allow public client flows" makes the credential needless; without it the application is confidential (§2.6 row 7000218).</summary>
    private Task<Result<ProvenClient, AadstsError>> AuthenticateAsync(TokenRequest request, CancellationToken ct) =>
        request.Credential.IsNone && IsPublic(request.Client)
            ? Task.FromResult<Result<ProvenClient, AadstsError>>(new ProvenClient(ClientProof.Public))
            : authentication.VerifyAsync(request, ct);

    private static bool IsPublic(Application application) =>
        application.IsFallbackPublicClient || application.PublicClient.RedirectUris.Count > 0;
}
