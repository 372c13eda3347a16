using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>
/// Resource owner password credentials (entra-oidc.md §3.1): it exists, and ends where a second factor begins. A user name
/// <c>err-50053@…</c> produces that refusal of the catalogue as JSON.
/// </summary>
internal sealed class PasswordGrant(
    EntraDirectory directory,
    ClientAuthentication authentication,
    PasswordCheck passwords,
    GrantSubject subjects,
    TokenAnswers answers,
    TimeProvider clock
) : ITokenGrant
{
    public IReadOnlyList<string> GrantTypes { get; } = ["password"];

    public async Task<Result<JsonObject, AadstsError>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        var client = request.Client;
        if (request["username"] is not { } name)
            return RequestErrors.MissingParameter("username");
        if (ErrorCatalogue.AskedBy(name) is { } row)
            return row.Make(new Circumstances(client.AppId, client.DisplayName, request.Tenant.Name, name, clock.GetUtcNow()));
        if (request["password"] is not { } password)
            return RequestErrors.MissingParameter("password");
        if (request.Tenant.Segment == "common" || request.Tenant.IsConsumers)
            return RequestErrors.GrantNeedsTenant();
        if (request.Origin.Length > 0)
            return GrantErrors.CrossOriginNotAllowed(request.Origin);
        if (!(await AuthenticateAsync(request, ct)).TryGet(out var proven, out var refused))
            return refused;

        // Members only: invited guests cannot use it.
        var user = directory.UsersByName.First(name.Trim());
        if (user is null || user.IsExternal || (request.Tenant.Tenant is { } tenant && tenant.Id != user.TenantId))
            return UserErrors.NotFound(name, request.Tenant.Name);
        if (passwords.Try(user, password) is { } wrong)
            return wrong;

        var grant = GrantOf(request, user, proven);
        return subjects.Find(request, grant, proven).TryGet(out var subject, out var lost)
            ? answers.Compose(request, grant, subject)
            : lost;
    }

    private Task<Result<ProvenClient, AadstsError>> AuthenticateAsync(TokenRequest request, CancellationToken ct) =>
        request.Credential.IsNone && request.Client.IsFallbackPublicClient
            ? Task.FromResult<Result<ProvenClient, AadstsError>>(new ProvenClient(ClientProof.Public))
            : authentication.VerifyAsync(request, ct);

    private Grant GrantOf(TokenRequest request, User user, ProvenClient proven)
    {
        var now = clock.GetUtcNow();
        return new Grant(
            Identifiers.NewUuid(clock),
            request.Client.AppId,
            request.Tenant.Segment,
            user.TenantId,
            user.Id,
            user.Id,
            Identifiers.NewUuid(clock),
            proven.Proof == ClientProof.Public ? Platform.PublicClient : Platform.Web,
            request["scope"] ?? "",
            null,
            null,
            null,
            null,
            request["client_info"] == "1",
            now,
            now,
            null
        )
        {
            IsV1 = request.IsV1,
            IsDevice = true,
        };
    }
}
