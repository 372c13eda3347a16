using Anteroom.Server.Console.Access;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Console.Frame;

/// <summary>What stands around every page of the console.</summary>
/// <param name="Title">Of the page, as in the heading.</param>
/// <param name="Trail">The way back: pages above this one, outermost first.</param>
/// <param name="Caller">Who is in.</param>
/// <param name="Room">The organization whose pages these are; null on pages of the platform.</param>
/// <param name="Here">The address of the navigation's entry that is open.</param>
/// <param name="FormToken">For every form of the page (SEC-009).</param>
/// <param name="Done">What the last form did, a key of the text; null where nothing was done.</param>
internal sealed record ConsoleFrame(
    string Title,
    IReadOnlyList<Crumb> Trail,
    ConsoleCaller Caller,
    Organization? Room,
    string Here,
    string FormToken,
    string? Done
)
{
    /// <summary>How what was done can be taken back; null where it cannot.</summary>
    public Undo? Undo { get; init; }

    /// <summary>An operator in somebody else's rooms: the page says so (issue: only visibly).</summary>
    public bool IsVisit => Room is { } room && room.Id != Caller.Home.Id && Caller.HasEntered(room.Id);
}

/// <summary>A form that takes back what was done a moment ago.</summary>
/// <param name="Fields">What it says.</param>
internal sealed record Undo(string Address, IReadOnlyList<(string Name, string Value)> Fields)
{
    /// <summary>Names, in the address of the page that tells what was done, to what.</summary>
    public const string Parameter = "of";

    /// <param name="done">What was done.</param>
    /// <param name="page">The page that tells of it.</param>
    /// <param name="of">To what, where the page does not say it.</param>
    public static Undo? Of(string done, string page, string of) =>
        done switch
        {
            "user.deactivated" => new(page + "/activate", []),
            "application.disabled" => new(page + "/enable", []),
            "domain.removed" when of.Length > 0 => new(page, [("name", of)]),
            "group.member_removed" when of.Length > 0 => new(page + "/members", [("userName", of)]),
            _ => null,
        };
}

/// <summary>Text that is taken to another place, letter by letter.</summary>
/// <param name="What">What it is, for who hears the button.</param>
internal sealed record Copyable(string What, string Value);

internal sealed record Crumb(string Title, string Address);

/// <summary>A page inside the frame; the layout needs no more of it.</summary>
internal interface IConsolePage
{
    ConsoleFrame Frame { get; }
}
