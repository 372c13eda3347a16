using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>A connection's provider as it is asked: by its verified metadata and keys, and as whom.</summary>
public sealed record UpstreamTarget(ProviderDocument Document, AppRegistration Application)
{
    /// <summary>The tenant whose authority it is; null for that of all organizations, and for other providers.</summary>
    public Guid? Tenant => (Document.Provider as EntraProvider)?.TenantId;
}

/// <summary>The verified metadata and keys of a connection's provider.</summary>
public sealed class UpstreamMetadata(ProviderMetadataCache cache, UpstreamProviders providers, AppRegistrations registrations)
{
    public async Task<Result<ProviderDocument, UpstreamFailure>> FindAsync(Connection connection, CancellationToken ct)
    {
        var found = await TargetAsync(connection, ct);
        return found.TryGet(out var target, out var failure) ? target.Document : failure;
    }

    public Task<Result<UpstreamTarget, UpstreamFailure>> TargetAsync(Connection connection, CancellationToken ct) =>
        TargetAsync(connection, application => application.OnlyTenant, ct);

    /// <summary>The same authority from the request to the answer, although tenants of the shared app may come and go meanwhile.</summary>
    public Task<Result<UpstreamTarget, UpstreamFailure>> TargetAsync(
        Connection connection,
        SignInTransaction transaction,
        CancellationToken ct
    ) =>
        TargetAsync(
            connection,
            application =>
                !application.IsShared ? application.OnlyTenant
                : transaction.Upstream is { } sent ? sent.Tenant
                : transaction.Request.ProvesTenant ? null
                : application.OnlyTenant,
            ct
        );

    private async Task<Result<UpstreamTarget, UpstreamFailure>> TargetAsync(
        Connection connection,
        Func<AppRegistration, Guid?> authorityOf,
        CancellationToken ct
    )
    {
        if (!(await registrations.OfAsync(connection, ct)).TryGet(out var application, out var unavailable))
            return new UpstreamFailure(unavailable.Code);
        if (await providers.OfAsync(connection, authorityOf(application), ct) is not { } provider)
            return new UpstreamFailure(ReasonCodes.UpstreamMetadataInvalid, Detail: "provider_unknown");
        var found = await cache.GetAsync(provider, ct);
        return found.TryGet(out var document, out var fault) ? new UpstreamTarget(document, application) : UpstreamFailures.From(fault);
    }
}
