using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Npgsql;

namespace Anteroom.Bench.Stage;

/// <summary>An operator at work in the console, in the organization of a million people and in another one.</summary>
/// <param name="Users">Ids of some of the people.</param>
/// <param name="UserNames">Their names.</param>
internal sealed record Desk(
    string CookieName,
    string Cookie,
    IReadOnlyList<string> Users,
    IReadOnlyList<string> UserNames,
    string OtherRoom
);

/// <summary>Fills a database with <c>Population.sql</c> and sits an operator down.</summary>
internal static class Population
{
    private const string Script = "Population.sql";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public static async Task<Desk> FillAsync(string ownerConnectionString, Uri server, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(ct);
        var organization = await ValueAsync<Guid>(
            $"SELECT set_config('app.organization', platform_organization()::text, false); SELECT organization_id FROM organizations WHERE slug = '{Installation.Slug}'"
        );
        await RunAsync((await ScriptAsync(ct)).Replace(":'organization'", $"'{organization:D}'", StringComparison.Ordinal));
        var other = await ValueAsync<Guid>(
            "SELECT set_config('app.organization', platform_organization()::text, false); SELECT organization_id FROM organizations WHERE slug = 'room-4711'"
        );
        await RunAsync($"SELECT set_config('app.organization', '{organization:D}', false)");
        var users = await ListAsync("SELECT user_id, user_name FROM users TABLESAMPLE BERNOULLI (0.05) LIMIT 500");

        var cookie = Handle.New("cs", OrganizationId.Platform);
        await RunAsync(
            $"""
            SELECT set_config('app.organization', platform_organization()::text, false);
            WITH operator AS (
                INSERT INTO users (organization_id, user_id, subject, user_name, user_name_folded, role_id, origin, created_at, updated_at)
                SELECT platform_organization(), gen_random_uuid(), 'bench-operator', 'operator', 'operator', role_id, 'administrator', now(), now()
                  FROM roles WHERE organization_id = platform_organization() AND key = 'administrator' RETURNING user_id),
            person AS (
                INSERT INTO sessions (organization_id, session_id, sha256, user_id, evidence, authenticated_at, created_at, last_seen_at,
                                      idle_expires_at, absolute_expires_at)
                SELECT platform_organization(), gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), user_id,
                       '{"{"}"method":"passkey","at":"2026-01-01T00:00:00Z","amr":[],"acr":null,"acrs":[],"secondFactor":true{"}"}', now(), now(), now(),
                       now() + interval '8 hours', now() + interval '8 hours' FROM operator RETURNING session_id, user_id)
            INSERT INTO console_sessions (organization_id, console_session_id, session_id, user_id, browser_sha256, arrival_expires_at, sha256,
                                          authenticated_at, visits, created_at, last_seen_at, idle_expires_at, absolute_expires_at)
            SELECT platform_organization(), gen_random_uuid(), session_id, user_id, '\x00', now(), '\x{Convert.ToHexStringLower(
                cookie.Sha256()
            )}',
                   now(), ARRAY['{organization:D}', '{other:D}']::uuid[], now(), now(), now() + interval '8 hours', now() + interval '8 hours' FROM person
            """
        );
        return new(
            $"anteroom-{server.Port}-console",
            cookie.Reveal(),
            [.. users.Select(user => Identifiers.Format("usr", user.Id))],
            [.. users.Select(user => user.Name)],
            "/console/organizations/room-4711"
        );

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)Longest.TotalSeconds };
            await command.ExecuteNonQueryAsync(ct);
        }

        async Task<T> ValueAsync<T>(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            await reader.NextResultAsync(ct);
            await reader.ReadAsync(ct);
            return reader.GetFieldValue<T>(0);
        }

        async Task<List<(Guid Id, string Name)>> ListAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            List<(Guid, string)> found = [];
            while (await reader.ReadAsync(ct))
                found.Add((reader.GetGuid(0), reader.GetString(1)));
            return found;
        }
    }

    private static async Task<string> ScriptAsync(CancellationToken ct)
    {
        using var reader = new StreamReader(typeof(Population).Assembly.GetManifestResourceStream(Script)!);
        return await reader.ReadToEndAsync(ct);
    }
}
