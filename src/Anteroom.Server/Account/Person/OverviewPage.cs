using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.Account.Ways;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Passkeys;

namespace Anteroom.Server.Account.Person;

/// <summary>Who somebody is here, and what needs them.</summary>
internal static class OverviewPage
{
    public static void Map(RouteGroupBuilder account) => account.MapGet("", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        PasskeyStore passkeys,
        PasskeyOffers offers,
        OtherWays others,
        AccountPages pages,
        AnteroomOptions options,
        CancellationToken ct
    )
    {
        var (organization, user) = (http.Person().Organization.Id, http.Person().User);
        var held = await passkeys.ListAsync(organization, user.Id, ct);
        var ways = await others.CountAsync(http.Person(), ct);
        var attention = AttentionRules.Of(user, held, ways, await offers.AreMadeAsync(http, organization, ct));
        // The console is on the base host alone, and there for whoever may see something in it.
        var console = user.Role.Permissions.Count > 0 ? options.Issuer + "/console" : null;
        return pages.Show("Overview", new OverviewModel(pages.Frame(http, "Overview.Title", ""), attention, console));
    }
}

/// <param name="Console">Its address; null for who has nothing to see there.</param>
internal sealed record OverviewModel(AccountFrame Frame, IReadOnlyList<Attention> Attention, string? Console) : IAccountPage
{
    public AccountCaller Caller => Frame.Caller;
}
