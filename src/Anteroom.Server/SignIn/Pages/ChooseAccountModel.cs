using System.Globalization;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>Several people, or one person in several organizations, are signed in here: which one goes on?</summary>
public sealed record ChooseAccountModel(PageFrame Frame, PostForm Form, IReadOnlyList<AccountChoice> Accounts) : ISignInPage
{
    /// <summary>The form field that carries the chosen account's value.</summary>
    public const string FieldName = "account";

    /// <summary>The field's value for "somebody else"; no handle of ours looks like it.</summary>
    public const string AnotherAccount = "another";
}

/// <summary>One live session.</summary>
/// <param name="Value">What the form sends for it; must not be the session's secret.</param>
public sealed record AccountChoice(string Value, string DisplayName, string UserName, string Organization)
{
    /// <summary>One or two letters for the round sign beside the name.</summary>
    public string Initials
    {
        get
        {
            var words = DisplayName.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return words.Length switch
            {
                0 => "",
                1 => First(words[0]),
                _ => First(words[0]) + First(words[^1]),
            };
        }
    }

    private static string First(string word) => StringInfo.GetNextTextElement(word).ToUpperInvariant();
}
