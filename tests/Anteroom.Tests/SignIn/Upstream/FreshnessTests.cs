using Anteroom.Server.Connections;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Tests.SignIn.Upstream;

/// <summary>How a provider is asked for a fresh sign-in, as one table.</summary>
public sealed class FreshnessTests
{
    [Theory]
    [Trait("Security", "SEC-107")]
    [InlineData(ConnectionKind.Entra, Interaction.AsNeeded, null, false, null, null, false)]
    [InlineData(ConnectionKind.Entra, Interaction.Reauthenticate, null, true, "login", 0, true)]
    [InlineData(ConnectionKind.Entra, Interaction.AsNeeded, 300, false, "login", 0, true)] // Entra has no max_age
    [InlineData(ConnectionKind.Entra, Interaction.AsNeeded, 300, true, "login", 0, true)]
    [InlineData(ConnectionKind.Entra, Interaction.AsNeeded, null, true, "login", 0, true)]
    [InlineData(ConnectionKind.Oidc, Interaction.AsNeeded, null, false, null, null, false)]
    [InlineData(ConnectionKind.Oidc, Interaction.Reauthenticate, null, true, "login", 0, true)]
    [InlineData(ConnectionKind.Oidc, Interaction.Reauthenticate, 300, true, "login", 0, true)]
    [InlineData(ConnectionKind.Oidc, Interaction.AsNeeded, 300, false, null, 300, false)] // as the application said it
    [InlineData(ConnectionKind.Oidc, Interaction.AsNeeded, 300, true, null, 300, false)]
    public void What_is_asked_and_what_must_come_back(
        ConnectionKind kind,
        Interaction interaction,
        int? maxAge,
        bool reauthenticate,
        string? prompt,
        int? seconds,
        bool isNew
    )
    {
        var fresh = Freshness.Of(Transaction(interaction, maxAge, reauthenticate), kind);
        Assert.Equal((prompt, seconds, isNew), (fresh.Prompt, (int?)fresh.MaxAge?.TotalSeconds, fresh.IsNew));
    }

    [Fact]
    public void Whoever_wants_another_account_chooses_at_the_provider()
    {
        var transaction = Transaction(Interaction.AsNeeded, maxAge: null, reauthenticate: false) with { ChoosesAccount = true };
        Assert.Equal("select_account", Freshness.Of(transaction, ConnectionKind.Entra).Prompt);
    }

    private static SignInTransaction Transaction(Interaction interaction, int? maxAge, bool reauthenticate) =>
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
                interaction,
                maxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                null,
                null
            ),
            default,
            Reauthenticate: reauthenticate
        );
}
