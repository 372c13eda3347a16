namespace Anteroom.Server.Platform.Database;

/// <summary>The answer to COMMIT was lost. The caller answers 503 or reads again; it never claims either outcome (SEC-340).</summary>
public sealed class CommitUnknownException(Exception inner)
    : Exception("The connection to the database was lost while a change was being committed.", inner);
