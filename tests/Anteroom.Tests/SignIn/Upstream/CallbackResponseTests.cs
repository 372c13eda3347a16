using Anteroom.Server.SignIn.Upstream;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Tests.SignIn.Upstream;

/// <summary>What a provider's answer can look like, from query or form.</summary>
public sealed class CallbackResponseTests
{
    [Theory]
    [InlineData("", "Empty")]
    [InlineData("state=s", "Empty")]
    [InlineData("sid=1&state=s", "Empty")]
    [InlineData("code=c&state=s", "Answer")]
    [InlineData("id_token=t&state=s&session_state=x", "Answer")]
    [InlineData("code=c&id_token=t&state=s", "Answer")]
    [InlineData("error=access_denied&state=s", "Error")]
    [InlineData("code=c", "Malformed")]
    [InlineData("code=&state=s", "Malformed")]
    [InlineData("id_token=&state=s", "Malformed")]
    [InlineData("code=c&id_token=&state=s", "Malformed")]
    [InlineData("access_token=a&state=s", "Malformed")]
    [InlineData("code=c&code=d&state=s", "Malformed")]
    [InlineData("id_token=t&id_token=u&state=s", "Malformed")]
    [InlineData("code=c&state=s&state=t", "Malformed")]
    [InlineData("code=c&state=s&CODE=d", "Malformed")]
    [InlineData("code=c&state=s&x=1&x=2", "Malformed")]
    [InlineData("state=s&state=t", "Malformed")]
    [InlineData("error=x&code=c&state=s", "Malformed")]
    [InlineData("error=x&id_token=t&state=s", "Malformed")]
    [Trait("Security", "SEC-015")]
    public void Reads_what_a_provider_could_have_sent(string text, string kind) => Assert.Equal(kind, Read(text).GetType().Name);

    [Fact]
    public void Keeps_the_parts_apart_and_prints_none_of_them()
    {
        var answer = Assert.IsType<CallbackResponse.Answer>(Read("code=c1&id_token=t1&state=s1&iss=i1&access_token=a1"));
        Assert.Equal(("c1", "t1", "s1", "i1", true), (answer.Code, answer.IdToken, answer.State, answer.Issuer, answer.HasAccessToken));
        Assert.Equal("[answer]", answer.ToString());
    }

    [Theory]
    [InlineData("code", 4096)]
    [InlineData("id_token", 32 * 1024)]
    [InlineData("state", 256)]
    [InlineData("iss", 512)]
    [Trait("Security", "SEC-360")]
    public void Each_part_has_a_longest_length(string part, int longest)
    {
        Assert.IsType<CallbackResponse.Answer>(Read(Text(longest)));
        Assert.IsType<CallbackResponse.Malformed>(Read(Text(longest + 1)));

        string Text(int length)
        {
            Dictionary<string, string> parts = new()
            {
                ["code"] = "c",
                ["id_token"] = "t",
                ["state"] = "s",
                ["iss"] = "i",
                [part] = new('a', length),
            };
            return string.Join('&', parts.Select(pair => $"{pair.Key}={pair.Value}"));
        }
    }

    [Theory]
    [InlineData("id_token=t", "Token")]
    [InlineData("error=refused&aadsts=50105", "Refused AADSTS50105")]
    [InlineData("error=refused&aadsts=1:2", "Refused AADSTS1")]
    [InlineData("error=refused&aadsts=", "Refused ")]
    [InlineData("error=refused&aadsts=%3Cb%3E", "Refused ")]
    [InlineData("error=unreadable", "Unreadable")]
    [InlineData("", "Malformed")]
    [InlineData("id_token=", "Malformed")]
    [InlineData("error=access_denied", "Malformed")]
    [InlineData("id_token=t&error=refused", "Malformed")]
    [InlineData("id_token=t&id_token=u", "Malformed")]
    [Trait("Security", "SEC-068")]
    public void Reads_what_the_page_in_the_browser_says(string text, string read)
    {
        var handed = HandedOver.Read(new FormCollection(QueryHelpers.ParseQuery(text)));
        Assert.Equal(
            read,
            handed switch
            {
                HandedOver.Token => "Token",
                HandedOver.Refused refused => $"Refused {refused.Aadsts}",
                _ => handed.GetType().Name,
            }
        );
        Assert.DoesNotContain("= t", handed.ToString(), StringComparison.Ordinal);
    }

    // The framework's own collections join names that differ in letter case alone, and so does this one.
    private static CallbackResponse Read(string text) => CallbackResponse.Read(QueryHelpers.ParseQuery(text));
}
