using Anteroom.Server.Console.Frame;

namespace Anteroom.Tests.Console;

public sealed class SpreadsheetCellTests
{
    [Theory] // SEC-270, RFC 4180 §2
    [Trait("Security", "SEC-270")]
    [InlineData(null, "")]
    [InlineData("Mira", "Mira")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30", "'+49 30")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("=HYPERLINK(\"https://x\",\"y\")", "\"'=HYPERLINK(\"\"https://x\"\",\"\"y\"\")\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    public void Is_never_taken_for_a_formula(string? text, string cell) => Assert.Equal(cell, SpreadsheetCell.Of(text));
}
