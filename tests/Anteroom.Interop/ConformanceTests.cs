using System.Text.Json.Nodes;

namespace Anteroom.Interop;

/// <summary>The plans of the OpenID Foundation's conformance suite for providers, module by module, in a script of our own (<c>scripts/conformance</c>).</summary>
/// <remarks>The suite itself is a Java program with a database of its own; this is no substitute for a certificate, but it asks the same things at each build.</remarks>
public sealed class ConformanceTests(Stage stage, ITestOutputHelper output)
{
    // HID-65: what is skipped is named here, so that a module cannot begin to skip unnoticed.
    [Theory, Trait("Capability", "HID-65")]
    [InlineData(
        "oidcc-basic-certification-test-plan",
        36,
        "oidcc-userinfo-post-body oidcc-scope-address oidcc-scope-phone oidcc-scope-all oidcc-claims-essential oidcc-ensure-request-object-with-redirect-uri"
    )]
    [InlineData(
        "oidcc-formpost-basic-certification-test-plan",
        36,
        "oidcc-userinfo-post-body oidcc-scope-address oidcc-scope-phone oidcc-scope-all oidcc-claims-essential oidcc-ensure-request-object-with-redirect-uri"
    )]
    [InlineData("oidcc-dynamic-certification-test-plan", 5, "")]
    [InlineData("oidcc-config-certification-test-plan", 3, "oidcc-session-management-discovery-endpoint-verification")]
    [InlineData("oidcc-rp-initiated-logout-certification-test-plan", 15, "")]
    public async Task Every_module_of_the_plan_passes(string plan, int modules, string skipped)
    {
        var seen = await stage.RunAsync(Path.Combine("conformance", "run.mjs"), ("plan", plan), ("conformancePort", stage.ConformancePort));
        var played = seen["modules"]!.AsArray().Select(module => module!).ToList();
        foreach (var module in played)
            output.WriteLine(Line(module));

        var broken = played.Where(module => module.Text("result") is not ("passed" or "skipped")).ToList();
        Assert.True(broken.Count == 0, string.Join('\n', broken.Select(Line)));
        Assert.Equal(modules, played.Count);
        Assert.Equal(
            skipped.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            played.Where(module => module.Text("result") == "skipped").Select(module => module.Text("name"))
        );
    }

    private static string Line(JsonNode module) => $"{module.Text("result")}: {module.Text("name")} {module.Text("words")}";
}
