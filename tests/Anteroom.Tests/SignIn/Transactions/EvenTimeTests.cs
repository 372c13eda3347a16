using System.Text.Json;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Tests.SignIn.Transactions;

public sealed class EvenTimeTests
{
    [Theory]
    [Trait("Security", "SEC-042")]
    [InlineData("2026-11-22T12:00:00+00:00")]
    [InlineData("2026-11-22T12:00:00.1+00:00")]
    [InlineData("2026-11-22T13:00:00.1234567+01:00")]
    public void A_transaction_weighs_the_same_at_every_moment_and_comes_back_with_it(string written)
    {
        var at = DateTimeOffset.Parse(written, System.Globalization.CultureInfo.InvariantCulture);
        var json = JsonSerializer.SerializeToUtf8Bytes(At(at), TransactionJson.Default.SignInTransaction);

        Assert.Equal(
            JsonSerializer.SerializeToUtf8Bytes(At(DateTimeOffset.UnixEpoch), TransactionJson.Default.SignInTransaction).Length,
            json.Length
        );
        Assert.Equal(at, JsonSerializer.Deserialize(json, TransactionJson.Default.SignInTransaction)!.CreatedAt);
    }

    [Fact] // as a server of before wrote it
    public void A_time_in_the_usual_form_is_read_too()
    {
        var at = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        var text = JsonSerializer
            .Serialize(At(at), TransactionJson.Default.SignInTransaction)
            .Replace(".0000000Z", "\\u002B00:00", StringComparison.Ordinal);
        Assert.Equal(at, JsonSerializer.Deserialize(text, TransactionJson.Default.SignInTransaction)!.CreatedAt);
    }

    private static SignInTransaction At(DateTimeOffset created) =>
        new(
            default,
            new SignInRequest(
                "oidc",
                "client",
                "Application",
                OrganizationId.Platform,
                null,
                "",
                "https://app.example/callback",
                null,
                Interaction.AsNeeded,
                null,
                null,
                null
            ),
            created
        );
}
