using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>Writes the three configuration files, anew before every start. They lie beside the cluster, in a folder that the server account cannot write.</summary>
internal static class ClusterConfiguration
{
    public static async Task WriteAsync(ClusterHome home, EmbeddedPostgresOptions options, CancellationToken ct)
    {
        ClusterHome.MakeFolder(home.Configuration);
        await WriteAsync(home, "postgresql.conf", Settings(home, options), ct);
        await WriteAsync(
            home,
            "pg_hba.conf",
            "# Nothing but the Unix socket, and there only whom the system vouches for.\nlocal all all peer map=anteroom\n",
            ct
        );
        await WriteAsync(home, "pg_ident.conf", Identities(), ct);
    }

    public static string File(ClusterHome home, string name) => Path.Combine(home.Configuration, name);

    private static string Settings(ClusterHome home, EmbeddedPostgresOptions options) =>
        $"""
            # Written by Anteroom before every start. Your own settings belong into postgresql.local.conf beside this file.
            listen_addresses = ''
            port = {ClusterHome.Port}
            unix_socket_directories = {Quote(home.SocketFolder)}
            unix_socket_permissions = 0700
            max_connections = {Math.Clamp(options.MaxConnections, 10, 1000)}
            shared_buffers = 256MB
            # Plans made for empty tables would stay for a minute of the first rush.
            autovacuum_naptime = 10s
            timezone = 'UTC'
            log_timezone = 'UTC'
            logging_collector = on
            log_directory = {Quote(home.Logs)}
            log_filename = 'postgresql-%a.log'
            log_rotation_age = 1d
            log_rotation_size = 0
            log_truncate_on_rotation = on
            log_line_prefix = '%m [%p] %u@%d '
            # Statements may carry personal data and secrets; the log must not.
            log_min_error_statement = panic
            log_parameter_max_length_on_error = 0
            fsync = {OnOff(options.Durable)}
            full_page_writes = {OnOff(options.Durable)}
            synchronous_commit = {OnOff(options.Durable)}
            include_if_exists = 'postgresql.local.conf'

            """;

    /// <summary>Root, the server account and whoever runs Anteroom may be either role. Nobody may be the bootstrap superuser.</summary>
    private static string Identities()
    {
        string[] accounts = ["root", ServerAccount.WhenRoot, Environment.UserName];
        var lines =
            from account in accounts.Distinct(StringComparer.Ordinal)
            from role in new[] { ClusterCreation.OwnerRole, ClusterCreation.AppRole }
            select $"anteroom \"{account}\" {role}";
        return string.Join('\n', lines) + "\n";
    }

    [SuppressMessage("Interoperability", "CA1416", Justification = "EmbeddedPostgres.StartAsync refuses anything but Linux.")]
    private static async Task WriteAsync(ClusterHome home, string name, string text, CancellationToken ct)
    {
        var file = File(home, name);
        await System.IO.File.WriteAllTextAsync(file + ".new", text, ct);
        System.IO.File.SetUnixFileMode(
            file + ".new",
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
        );
        System.IO.File.Move(file + ".new", file, overwrite: true);
    }

    private static string OnOff(bool value) => value ? "on" : "off";

    private static string Quote(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
}
