using static Microsoft.Playwright.Assertions;

namespace Anteroom.BrowserTests.Rig;

/// <summary>An operator of the shared demo: whoever follows a guide in the console.</summary>
internal sealed class ConsoleOperator : IAsyncDisposable
{
    private readonly ConsolePerson _person;

    private ConsoleOperator(ConsolePerson person) => _person = person;

    public Visitor Visitor => _person.Visitor;

    public static async Task<ConsoleOperator> ComeInAsync(Sites sites) =>
        new(await ConsolePerson.ComeInAsync(sites, "platform", "olive@operator.example", "Olive Operator"));

    /// <summary>Proves who they are and enters the rooms of an organization.</summary>
    public async Task EnterAsync(string slug, string name)
    {
        await _person.GoToAsync($"/console/organizations/{slug}");
        if (await Visitor.Button($"Enter {name}").CountAsync() > 0) // else they have not left since
            await Visitor.Button($"Enter {name}").ClickAsync();
        await Expect(Visitor.Page.GetByText($"You are inside {name} as an operator.")).ToBeVisibleAsync();
    }

    public ValueTask DisposeAsync() => _person.DisposeAsync();
}
