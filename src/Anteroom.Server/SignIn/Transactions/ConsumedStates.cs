using System.Security.Cryptography;
using System.Text;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.SignIn.Transactions;

/// <summary>What may count once: inserting is consuming, in the transaction of the effect (SEC-033, SEC-341).</summary>
internal static class ConsumedStates
{
    /// <param name="until">After this instant the value is refused for its age anyway.</param>
    /// <returns>One row for the first; none where the state counted before, also on another node at the same moment (SEC-069).</returns>
    public static Written Consume(Transaction transaction, string state, DateTimeOffset until) =>
        transaction.Later(
            """
            INSERT INTO consumed (organization_id, sha256, purpose, expires_at) VALUES (@organization, @sha256, 'state', @until)
            ON CONFLICT DO NOTHING
            """,
            new { sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(state)), until = until + TimeSpan.FromMinutes(1) }
        );
}
