using System.Text;
using System.Text.Json;
using Anteroom.Server.Platform.Observability;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Tests.Platform.Observability;

public sealed class LogTextTests
{
    [Theory]
    [Trait("Security", "SEC-323")]
    [InlineData("plain text", "plain text")]
    [InlineData("Zoë 東京 👩", "Zoë 東京 👩")]
    [InlineData("a\r\nb", "a\\u000d\\u000ab")]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("\0\u0085\u2028\u2029", "\\u0000\\u0085\\u2028\\u2029")]
    [InlineData("a\u202Eb\u2066c\u200Bd", "a\\u202eb\\u2066c\\u200bd")]
    public void Control_and_direction_characters_are_encoded(string value, string expected) => Assert.Equal(expected, LogText.Clean(value));

    [Fact]
    [Trait("Security", "SEC-323")]
    public void A_lone_surrogate_is_encoded() => Assert.Equal("a\\ud83db", LogText.Clean("a\ud83db"));

    [Theory]
    [Trait("Security", "SEC-323")]
    [InlineData("x", 1024)]
    [InlineData("x", 1025)]
    [InlineData("é", 700)]
    [InlineData("👩", 300)]
    [InlineData("\n", 400)]
    [InlineData("y", 1_000_000)]
    public void No_value_is_longer_than_one_kilobyte(string unit, int count)
    {
        var clean = LogText.Clean(string.Concat(Enumerable.Repeat(unit, count)));
        Assert.InRange(Encoding.UTF8.GetByteCount(clean), 1, 1024);
        Assert.Equal(count > 1024 / Encoding.UTF8.GetByteCount(LogText.Clean(unit)), clean.EndsWith('…'));
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean)));
    }

    [Fact]
    [Trait("Security", "SEC-323")]
    public void A_log_entry_is_one_line_of_json_with_clean_values()
    {
        var values = new List<KeyValuePair<string, object?>>
        {
            new("Name", "evil\n{\"level\":\"forged\"}"),
            new("{OriginalFormat}", "{Name}"),
        };
        var entry = new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
            LogLevel.Warning,
            "Test",
            new EventId(7, "Evil"),
            values,
            new InvalidOperationException("two\nlines"),
            (state, _) => $"said {state[0].Value}"
        );
        using var writer = new StringWriter();
        new JsonLines(TimeProvider.System).Write(entry, null, writer);
        var line = Assert.Single(writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(("warning", 7), (json.GetProperty("level").GetString(), json.GetProperty("event").GetInt32()));
        Assert.Equal("said evil\\u000a{\"level\":\"forged\"}", json.GetProperty("message").GetString());
        Assert.Equal("two\\u000alines", json.GetProperty("exception").GetProperty("text").GetString());
    }

    [Fact]
    [Trait("Security", "SEC-322")]
    public void Of_the_request_only_the_correlation_id_reaches_the_log()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var request = scopes.Push(
            new List<KeyValuePair<string, object>> { new("RequestId", "c-9"), new("RequestPath", "/console/owner/canary") }
        );
        var entry = new LogEntry<string>(LogLevel.Information, "Test", default, "x", null, (state, _) => state);
        using var writer = new StringWriter();
        new JsonLines(TimeProvider.System).Write(entry, scopes, writer);
        Assert.Contains("\"correlationId\":\"c-9\"", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", writer.ToString(), StringComparison.Ordinal);
    }
}
