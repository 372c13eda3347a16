using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Rig;

/// <summary>
/// Asks axe what keeps people from using a page, by a script that is put into the page once. Its own binding opens a second page for each
/// question, in order to join the answers of frames; ours have none, and the second page took ten times as long as the question.
/// </summary>
internal static class Axe
{
    private const string Ask = """
        async (rules) => {
          const only = rules.length > 0 ? { runOnly: { type: "rule", values: rules } } : {};
          const found = await axe.run(document, { resultTypes: ["violations"], ...only });
          const tell = (node) => `    ${node.html}  ${node.any.map((check) => check.message).join("; ")}`;
          return found.violations.map((one) => [`  ${one.id} (${one.impact}): ${one.help}`, ...one.nodes.map(tell)].join("\n"));
        }
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <param name="rules">None means all that axe has on.</param>
    /// <returns>What it found, each in words.</returns>
    public static async Task<string[]> FindAsync(IPage page, params string[] rules)
    {
        if (!await page.EvaluateAsync<bool>("() => \"axe\" in window"))
            await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<string[]>(Ask, rules);
    }
}
