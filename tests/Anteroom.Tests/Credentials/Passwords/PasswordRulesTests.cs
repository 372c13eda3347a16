using Anteroom.Server.Credentials.Passwords;

namespace Anteroom.Tests.Credentials.Passwords;

/// <summary>Which new passwords are taken (SEC-210, SEC-211), as a table.</summary>
public sealed class PasswordRulesTests
{
    private static readonly IReadOnlyCollection<string> Words = PasswordRules.WordsOf(
        "Contoso Field Service",
        "contoso",
        "amara.okafor@contoso.example",
        "Amara Okafor",
        null,
        "Jo"
    );

    [Theory]
    [InlineData("plums sail beside quiet gravel")]
    [InlineData("plumssailbesidequiet9")]
    [InlineData("xk4-vq9z-hh2p-wb7")]
    [InlineData("ПятьсотСемьдесятПять")]
    [InlineData("Contoso hires only nice hedgehogs")] // a name of one's own among others is no harm
    [InlineData("lowercase and no digit at all")] // no rule about kinds of characters
    [Trait("Security", "SEC-210")]
    public void Takes(string typed)
    {
        var (password, fault) = PasswordRules.Judge(typed, Words);
        Assert.Null(fault);
        Assert.Equal(typed.Normalize(), password!.Reveal());
    }

    [Theory]
    [InlineData("", PasswordFault.Missing)]
    [InlineData("plums sail Xy?", PasswordFault.TooShort)] // 14
    [InlineData("🦔🦔🦔🦔🦔🦔🦔abcdefg", PasswordFault.TooShort)] // 14 characters, 21 in UTF-16
    [Trait("Security", "SEC-210")]
    public void Asks_for_fifteen_characters(string typed, PasswordFault expected) =>
        Assert.Equal(expected, PasswordRules.Judge(typed, Words).Fault);

    [Fact]
    [Trait("Security", "SEC-210")]
    public void Tells_that_it_is_too_long_rather_than_cutting_it_off() =>
        Assert.Equal(PasswordFault.TooLong, PasswordRules.Judge(new string('x', 128) + new string('y', 129), Words).Fault);

    [Theory]
    [InlineData("password1234567")] // a word of the list and little more
    [InlineData("!Pa55w0rd!!2024")] // with digits and signs for letters
    [InlineData("password1234567890123")] // however far one counts
    [InlineData("passwordpassword")] // twice
    [InlineData("1qaz2wsx3edc4rfv")] // on the list as it is
    [InlineData("aaaaaaaaaaaaaaaaa")]
    [InlineData("abababababababab")]
    [InlineData("abcdefghijklmnopqrst")]
    [InlineData("1234567890123456")]
    [InlineData("9876543210987654")]
    [InlineData("1111222233331111")]
    [Trait("Security", "SEC-211")]
    public void Refuses_what_is_tried_first(string typed) => Assert.Equal(PasswordFault.Common, PasswordRules.Judge(typed, Words).Fault);

    [Theory]
    [InlineData("ContosoContoso1")]
    [InlineData("contoso-okafor-2026")]
    [InlineData("AmaraOkafor!1990")]
    [InlineData("amara.okafor@contoso.example")]
    [InlineData("fieldservice2026")]
    [InlineData("Anteroom.Anteroom")] // the product's
    [Trait("Security", "SEC-211")]
    public void Refuses_what_is_made_of_names_that_others_know(string typed) =>
        Assert.Equal(PasswordFault.Personal, PasswordRules.Judge(typed, Words).Fault);

    [Fact]
    [Trait("Security", "SEC-211")]
    public void The_list_has_a_hundred_thousand_entries_and_knows_what_is_not_on_it()
    {
        Assert.InRange(RefusedWords.Count, 100_000, 1_000_000);
        Assert.All(
            (string[])["password", "123456", "qwerty", "letmein", "dragon", "smith"],
            word => Assert.True(RefusedWords.Contains(word))
        );
        // The stated error is one in six million.
        var mistaken = Enumerable.Range(0, 10_000).Count(number => RefusedWords.Contains($"no such word {number} q7#"));
        Assert.InRange(mistaken, 0, 1);
    }

    [Theory] // short names are in everything and say nothing
    [InlineData("Jo", "jolly hedgehogs eat at jo")]
    [InlineData("Li", "lilac lilies like light")]
    public void A_short_name_spoils_no_password(string name, string typed) =>
        Assert.Null(PasswordRules.Judge(typed, PasswordRules.WordsOf(name)).Fault);
}
