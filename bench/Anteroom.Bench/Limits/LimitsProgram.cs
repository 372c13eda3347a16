using System.Security.Cryptography;
using Npgsql;

namespace Anteroom.Bench.Limits;

/// <summary>What the machine itself sets: one small answer, one signature, one commit for each request.</summary>
internal static class LimitsProgram
{
    public static async Task RunAsync(string address, string connectionString, TimeProvider clock)
    {
        await using var database = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=20;Auto Prepare Min Usages=1");
        await using (var table = database.CreateCommand("CREATE TABLE IF NOT EXISTS limit_rows (id uuid PRIMARY KEY, text text NOT NULL)"))
            await table.ExecuteNonQueryAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        await using var application = builder.Build();
        application.Run(http =>
            http.Request.Path.Value switch
            {
                "/json" => FloorProgram.WriteJsonAsync(http, """{"status":"ok","number":42}"""),
                "/token" => TokenAsync(http, claims => Jwt.Sign(key, claims), clock),
                "/token-rs256" => TokenAsync(http, claims => Jwt.Sign(rsa, claims), clock),
                "/commit" => CommitAsync(http, database, clock),
                _ => FloorProgram.WriteJsonAsync(http, "{}"),
            }
        );
        await application.RunAsync();
    }

    private static async Task TokenAsync(HttpContext http, Func<string, string> sign, TimeProvider clock)
    {
        var form = await http.Request.ReadFormAsync();
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var token = sign(
            $$"""{"iss":"https://id.example","sub":"a","aud":"b","scope":"{{form["scope"]}}","iat":{{now}},"exp":{{now + 600}}}"""
        );
        await FloorProgram.WriteJsonAsync(http, $$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":600}""");
    }

    private static async Task CommitAsync(HttpContext http, NpgsqlDataSource database, TimeProvider clock)
    {
        await using var insert = database.CreateCommand("INSERT INTO limit_rows (id, text) VALUES ($1, $2)");
        insert.Parameters.AddWithValue(Guid.CreateVersion7(clock.GetUtcNow()));
        insert.Parameters.AddWithValue("a row as small as a session");
        await insert.ExecuteNonQueryAsync();
        await FloorProgram.WriteJsonAsync(http, "{}");
    }
}
