namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>Why the private PostgreSQL cannot run, in one sentence that names the cure.</summary>
/// <param name="Code">Stable, for programs: <c>binaries_missing</c>, <c>folder_unusable</c>, <c>folder_foreign</c>, <c>version_mismatch</c>, <c>socket_conflict</c>, <c>busy</c>, <c>start_failed</c>.</param>
/// <param name="Sentence">For the person at the terminal.</param>
public sealed record EmbeddedPostgresFailure(string Code, string Sentence)
{
    internal static EmbeddedPostgresFailure BinariesMissing(string sentence) => new("binaries_missing", sentence);

    internal static EmbeddedPostgresFailure FolderUnusable(string sentence) => new("folder_unusable", sentence);

    internal static EmbeddedPostgresFailure FolderForeign(string sentence) => new("folder_foreign", sentence);

    internal static EmbeddedPostgresFailure VersionMismatch(string sentence) => new("version_mismatch", sentence);

    internal static EmbeddedPostgresFailure SocketConflict(string sentence) => new("socket_conflict", sentence);

    internal static EmbeddedPostgresFailure Busy(string sentence) => new("busy", sentence);

    internal static EmbeddedPostgresFailure StartFailed(string sentence) => new("start_failed", sentence);
}
