using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.SignIn.Records;

/// <summary>What admission saw, without tokens, names or addresses: enough to explain a decision and to replay a policy over it (design.md §1). Kept 30 days.</summary>
public sealed record SignInFacts(
    string? Issuer,
    Guid? TenantId,
    Guid? ObjectId,
    string? AccountDomain,
    bool? Guest,
    IReadOnlyList<string> Amr,
    IReadOnlyList<string> Acrs,
    bool KnownAccount,
    string? Upstream
)
{
    /// <summary>For refusals before a token was believed.</summary>
    public static SignInFacts Unproven(string? upstream) => new(null, null, null, null, null, [], [], KnownAccount: false, upstream);
}

/// <summary>One attempt to prove who somebody is and its outcome.</summary>
/// <param name="Connection">The provider; null where the proof was to be given to us.</param>
/// <param name="ClientId">The application; null where none asked.</param>
public sealed record SignInRecord(
    Connection? Connection,
    string? ClientId,
    UserId? User,
    SignInFacts Facts,
    string Decision,
    string Reason,
    string Network,
    string CorrelationId
)
{
    public const string Admitted = "admitted";
    public const string Created = "created";
    public const string Refused = "refused";
}

/// <summary>Writes <c>sign_ins</c>, one row for each attempt.</summary>
internal static class SignInRecords
{
    public static void Write(Transaction transaction, SignInRecord record, Guid id, DateTimeOffset now) =>
        transaction.Later(
            """
            INSERT INTO sign_ins (organization_id, sign_in_id, at, correlation_id, client_id, connection_id, revision, user_id, facts, decision, reason, network)
            VALUES (@organization, @id, @now, @correlation, @client, @connection, @revision, @user, @facts::jsonb, @decision, @reason, @network)
            """,
            new
            {
                id,
                now,
                correlation = record.CorrelationId,
                client = record.ClientId,
                connection = record.Connection?.Id.Value,
                revision = record.Connection?.Revision,
                user = record.User?.Value,
                facts = JsonSerializer.Serialize(record.Facts, SignInFactsJson.Default.SignInFacts),
                decision = record.Decision,
                reason = record.Reason,
                network = record.Network,
            }
        );
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SignInFacts))]
internal sealed partial class SignInFactsJson : JsonSerializerContext;
