using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Account.Person;

/// <summary>What is stored of somebody, where each value comes from, and who can change it. Nobody is an authority on themselves here, so nothing is edited.</summary>
internal static class ProfilePage
{
    /// <summary>Shown in this order, before the organization's own fields.</summary>
    private static readonly string[] First =
    [
        UserAttributes.DisplayName,
        UserAttributes.GivenName,
        UserAttributes.FamilyName,
        UserAttributes.Email,
    ];

    public static void Map(RouteGroupBuilder account) => account.MapGet("/profile", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, UserStore users, AccountPages pages, CancellationToken ct)
    {
        var (organization, user) = (http.Person().Organization.Id, http.Person().User);
        var groups = await users.GroupNamesAsync(organization, user.Id, ct);
        return pages.Show(
            "Profile",
            new ProfileModel(
                pages.Frame(http, "Profile.Title", "profile"),
                ValuesOf(user),
                [.. groups.Take(UserStore.MostGroups)],
                groups.Count > UserStore.MostGroups
            )
        );
    }

    private static List<ProfileValue> ValuesOf(User user) =>
        [
            new(UserAttributes.UserName, user.UserName, user.Stamps.GetValueOrDefault(UserAttributes.UserName)?.Source),
            .. user
                .Attributes.OrderBy(pair => Array.IndexOf(First, pair.Key) is >= 0 and var place ? place : First.Length)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new ProfileValue(pair.Key, pair.Value, user.Stamps.GetValueOrDefault(pair.Key)?.Source)),
        ];
}

/// <param name="Source">Who wrote it last; null where nobody noted it.</param>
internal sealed record ProfileValue(string Name, string Value, FactSource? Source);

/// <param name="MoreGroups">Whether there are more groups than are shown.</param>
internal sealed record ProfileModel(AccountFrame Frame, IReadOnlyList<ProfileValue> Values, IReadOnlyList<string> Groups, bool MoreGroups)
    : IAccountPage;
