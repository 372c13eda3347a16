using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Console.Finding;

/// <summary>Finds pages by what they are called, here and elsewhere: whoever looks for "Azure AD" finds single sign-on.</summary>
internal static class PageWords
{
    /// <summary>The page's own words stand under its key; other names for it under the key with this behind.</summary>
    private const string OtherNames = ".Also";

    public static IReadOnlyList<Hit> Find(ConsolePages pages, ConsoleCaller caller, Organization room, SearchText search)
    {
        var entries = Navigation
            .OfRoom(caller, room)
            .Concat(caller.IsOperator ? Navigation.OfPlatform(caller) : [])
            .SelectMany(section => section.Entries);
        return
        [
            .. entries
                .Where(entry => IsMeant(pages[entry.Text], search) || IsMeant(pages.Words(entry.Text, OtherNames), search))
                .Select(entry => new Hit(pages[entry.Text], null, entry.Address)),
        ];
    }

    /// <summary>Whether a word of the text, or a row of them, begins with what is searched for.</summary>
    private static bool IsMeant(string words, SearchText search)
    {
        var folded = " " + UserNames.Fold(words).Replace(',', ' ').Replace("  ", " ", StringComparison.Ordinal);
        return folded.Contains(" " + search.Folded, StringComparison.Ordinal);
    }
}
