using Npgsql;

namespace Anteroom.Server.Platform.Database;

/// <summary>The one way to the database. Every query runs inside one organization (SEC-260); the two exceptions say so in their names.</summary>
public sealed class Database(NpgsqlDataSource source)
{
    /// <summary>One query or command of an organization: scope and statement travel in one round trip and one implicit transaction.</summary>
    public Scope In(OrganizationId organization) => new(source, organization);

    /// <summary>Several statements that hold together. Disposing without <see cref="Transaction.CommitAsync"/> rolls back.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<Transaction> BeginAsync(OrganizationId organization, CancellationToken ct) =>
        new(await source.TakeAsync(ct), organization);

    /// <summary>Only for tables of the closed list without row-level security: routes, jobs, outbox, nodes, schema_version.</summary>
    public Scope OutsideOrganizations => new(source, organization: null);

    /// <summary>A dedicated connection, for LISTEN and for session-level advisory locks. Who opens it undoes what it did: the pool does not.</summary>
    public Task<NpgsqlConnection> OpenDedicatedAsync(CancellationToken ct) => source.TakeAsync(ct);
}
