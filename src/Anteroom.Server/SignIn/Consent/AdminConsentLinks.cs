using System.Text.Json.Serialization;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.SignIn.Consent;

/// <summary>Links by which an administrator of a customer's tenant consents to the shared app. They are sent to people, so their state names no browser, only us and the organization.</summary>
public sealed class AdminConsentLinks(
    AppRegistrations registrations,
    CloudStore clouds,
    IDataProtectionProvider protection,
    AnteroomOptions options,
    TimeProvider clock
)
{
    /// <summary>How long an answer is known: 7 days, for who gets the link by mail and has other things to do.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const int LongestState = 1024;

    private readonly SealedJson<Asked> _sealed = new(protection, "Anteroom.SignIn.AdminConsent.v1", AdminConsentJson.Default.Asked);

    /// <summary>For what its sign-ins ask. Null for a connection with an app registration of its own, and where no shared one serves.</summary>
    public Task<Uri?> OfAsync(Connection connection, CancellationToken ct) => OfAsync(connection, _ => GroupRoles.ScopeOf(connection), ct);

    /// <summary>The same with all that the registration asks for the application itself, such as reading the tenant's domains.</summary>
    public Task<Uri?> OfApplicationAsync(Connection connection, CancellationToken ct) =>
        OfAsync(connection, cloud => $"{AuthorizeRequest.DefaultScope} {cloud.GraphScope}", ct);

    private async Task<Uri?> OfAsync(Connection connection, Func<Cloud, string> scopeAt, CancellationToken ct)
    {
        if (
            connection.Settings is not { Registration: Registration.Shared, Cloud: { } key }
            || await clouds.FindAsync(key, ct) is not { } cloud
            || !(await registrations.OfAsync(connection, ct)).TryGet(out var application, out _)
        )
            return null;
        var asked = new Asked(connection.Organization.Value, clock.GetUtcNow() + Lifetime);
        return new AdminConsentRequest(
            cloud,
            application.ClientId,
            scopeAt(cloud),
            options.Issuer + CallbackPaths.AdminConsent,
            Base64Url.Encode(_sealed.Seal(asked))
        ).ToUri();
    }

    /// <summary>For which organization a state was made; null for one that is none of ours, or too old.</summary>
    public OrganizationId? OrganizationOf(string state) =>
        state.Length <= LongestState
        && Base64Url.TryDecode(state, out var bytes)
        && _sealed.Open(bytes) is { } asked
        && asked.Until > clock.GetUtcNow()
            ? new OrganizationId(asked.Organization)
            : null;

    internal sealed record Asked(Guid Organization, DateTimeOffset Until);
}

[JsonSerializable(typeof(AdminConsentLinks.Asked))]
internal sealed partial class AdminConsentJson : JsonSerializerContext;
