using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.Organizations;

namespace Anteroom.Tests.Provisioning;

/// <summary>People are found by the beginning of a name or address, each once, page by page.</summary>
public sealed class UserSearchTests(FeatureScenario scenario) : IClassFixture<FeatureScenario>
{
    [Theory]
    [InlineData("zo", 5)]
    [InlineData("ZOË", 4)]
    [InlineData("koch", 2)]
    [InlineData("zoe@", 1)]
    [InlineData("mail", 1)]
    [InlineData("oe", 0)] // the middle of a name
    [InlineData("%", 0)]
    [InlineData("_", 0)]
    public async Task Finds_each_once_whichever_of_their_names_begins_so(string typed, int count)
    {
        var organization = await PeopleAsync();
        for (var size = 1; size <= 6; size++)
        {
            List<string> found = [];
            string? after = null;
            while (await ListAsync(organization, typed, after, size) is { Count: > 0 } page)
            {
                found.AddRange(page.Select(row => row.User.UserName));
                after = page[^1].Key;
            }
            Assert.Equal(count, found.Count);
            Assert.Equal(found.Count, found.Distinct().Count());
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("9 00000000000000000000000000000000 zo")]
    [InlineData("-1 00000000000000000000000000000000 zo")]
    [InlineData("0 zz zo")]
    [InlineData("")]
    public async Task Begins_at_the_beginning_for_a_place_that_is_none(string after)
    {
        var organization = await PeopleAsync();
        Assert.Equal(5, (await ListAsync(organization, "zo", after, 10)).Count);
    }

    private async Task<OrganizationId> PeopleAsync()
    {
        var organization = await scenario.OrganizationAsync();
        string[][] people =
        [
            ["zoe@people.example", "Zoë Koch", "Koch", "zoe@people.example"],
            ["zoe.two@people.example", "Zoë Two", "Two", "zoe.two@people.example"],
            ["a@people.example", "Zoë Weber", "Weber", "mail@people.example"],
            ["b@people.example", "Mira Zoller", "Zoller", "b@people.example"],
            ["c@people.example", "Zoë", "Koch", "c@people.example"],
            ["d@people.example", "Nobody", "Else", "d@people.example"],
        ];
        foreach (var person in people)
        {
            var facts = scenario.SignIn(person[0]) with
            {
                Attributes = new Dictionary<string, Fact>
                {
                    [UserAttributes.DisplayName] = new(person[1]),
                    [UserAttributes.FamilyName] = new(person[2]),
                    [UserAttributes.Email] = new(person[3]),
                },
            };
            Assert.True((await scenario.ApplyAsync(organization.Id, facts)).Made!.Created);
        }
        return organization.Id;
    }

    private Task<IReadOnlyList<ListedUser>> ListAsync(OrganizationId organization, string typed, string? after, int limit) =>
        scenario.Get<UserStore>().ListAsync(organization, SearchText.Of(typed), after, limit, default);
}
