using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Records;

namespace Anteroom.Server.Account.Person;

/// <summary>The person's own last sign-ins, and what to do about one that was not theirs.</summary>
internal static class ActivityPage
{
    private const int Most = 30;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public static void Map(RouteGroupBuilder account) => account.MapGet("/activity", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        SignInHistory history,
        ApplicationNames names,
        AccountPages pages,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var caller = http.Person();
        var past = await history.OfUserAsync(caller.Organization.Id, caller.User.Id, clock.GetUtcNow() - Kept, Most, ct);
        var applications = await names.OfAsync(past.Select(attempt => attempt.ClientId), ct);
        return pages.Show(
            "Activity",
            new ActivityModel(
                pages.Frame(http, "Activity.Title", "activity"),
                [
                    .. past.Select(attempt => new Attempt(
                        attempt,
                        attempt.ClientId is { } client ? applications[client] : null,
                        attempt.Decision == SignInRecord.Refused ? ReasonCatalogue.Find(attempt.Reason)?.Title ?? attempt.Reason : null
                    )),
                ]
            )
        );
    }
}

/// <param name="Application">What the person signed in to; null where it is not known.</param>
/// <param name="Refusal">Why not, from the catalogue; null where they came in.</param>
internal sealed record Attempt(PastSignIn SignIn, string? Application, string? Refusal);

internal sealed record ActivityModel(AccountFrame Frame, IReadOnlyList<Attempt> Attempts) : IAccountPage;
