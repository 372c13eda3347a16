using System.Reflection;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Tests.Platform.Reasons;

public sealed class ReasonCatalogueTests
{
    [Fact]
    public void Every_constant_has_its_file_and_every_file_its_constant()
    {
        var constants = typeof(ReasonCodes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Order(StringComparer.Ordinal);
        Assert.Equal(constants, ReasonCatalogue.All.Select(reason => reason.Code));
    }

    [Fact]
    public void Every_reason_says_what_happened_what_it_means_and_what_to_do_now()
    {
        foreach (var reason in ReasonCatalogue.All)
        {
            Assert.All(
                [reason.Title, reason.Happened, reason.Means, reason.Now],
                text => Assert.False(string.IsNullOrWhiteSpace(text), reason.Code)
            );
            Assert.InRange(reason.Status, 400, 503);
            Assert.DoesNotContain('!', reason.Title + reason.Happened + reason.Means + reason.Now + reason.Administrator);
        }
    }

    [Theory]
    [InlineData(7000215, ReasonCodes.SecretInvalid)]
    [InlineData(50105, ReasonCodes.NotAssigned)]
    [InlineData(424242, ReasonCodes.UpstreamRefused)]
    public void A_code_of_Entra_finds_its_cure(int aadsts, string expected) =>
        Assert.Equal(expected, ReasonCatalogue.ForAadsts(aadsts).Code);

    [Fact] // a cause that nothing can find is a page that nobody will ever keep true
    public void Every_reason_is_found_by_code_of_ours_or_by_a_number_of_Entra()
    {
        var sources = string.Concat(
            ((string[])["src/Anteroom.Server", "src/Anteroom.Entra"])
                .SelectMany(folder => Conventions.SourceTree.Files(folder, ".cs", ".cshtml"))
                .Where(file => !file.Path.EndsWith("ReasonCodes.cs", StringComparison.Ordinal))
                .Select(file => file.Text)
        );
        var names = typeof(ReasonCodes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => (string)field.GetRawConstantValue()!, field => field.Name);
        var unused = ReasonCatalogue.All.Where(reason =>
            reason.Aadsts is not { Count: > 0 }
            && !sources.Contains($"ReasonCodes.{names[reason.Code]}", StringComparison.Ordinal)
            && !sources.Contains($"\"{reason.Code}\"", StringComparison.Ordinal)
        );
        Assert.Empty(unused.Select(reason => reason.Code));
    }
}
