using Anteroom.Server.Connections;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>How fresh a sign-in at the provider has to be, and how it is asked for that (SEC-107).</summary>
/// <param name="Prompt">The <c>prompt</c> of the request.</param>
/// <param name="MaxAge">The <c>max_age</c> of the request: then the token must have an <c>auth_time</c> that keeps to it.</param>
/// <param name="IsNew">Whether the person proves themselves once more: an <c>auth_time</c> from before the request is refused.</param>
internal sealed record Freshness(string? Prompt, TimeSpan? MaxAge, bool IsNew)
{
    /// <summary>
    /// Entra does not know <c>max_age</c>, so whatever the age that an application accepts, Entra is told to ask again. A standard provider is
    /// told the application's own number, and may answer from its session where that is young enough.
    /// </summary>
    public static Freshness Of(SignInTransaction transaction, ConnectionKind kind)
    {
        var asksAgain = transaction.Request.Interaction == Interaction.Reauthenticate;
        if (transaction.Request.MaxAge is { } age && !asksAgain)
            return kind == ConnectionKind.Entra ? Again : new(Chooser(transaction), age, IsNew: false);
        return transaction.Reauthenticate ? Again : new(Chooser(transaction), null, IsNew: false);
    }

    private static Freshness Again { get; } = new("login", TimeSpan.Zero, IsNew: true);

    private static string? Chooser(SignInTransaction transaction) => transaction.ChoosesAccount ? "select_account" : null;
}
