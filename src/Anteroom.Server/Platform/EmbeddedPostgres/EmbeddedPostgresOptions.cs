using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>Where the private PostgreSQL lives and how it runs.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The folder of this database alone; made when missing. One folder is one database.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// The folder with <c>postgres</c> and <c>initdb</c>. Null: the version that made the cluster, or the highest below
    /// <c>/usr/lib/postgresql</c>, or what <c>pg_config --bindir</c> says.
    /// </summary>
    public string? BinFolder { get; init; }

    /// <summary>True: a commit that was answered survives a power cut. False is for throw-away test databases only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>How many connections the server takes: 10 to 1000, 60 by default. Applies when this process starts the server, not when it adopts one.</summary>
    public int MaxConnections { get; init; } = 60;

    /// <summary>True lets <c>anteroom_owner</c> create databases, which tests need for template databases. Decided when the cluster is made.</summary>
    public bool OwnerMayCreateDatabases { get; init; }

    /// <summary>Told about starts, adoptions, restarts after a crash and stops.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;
}
