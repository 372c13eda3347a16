using System.Globalization;
using System.Runtime.CompilerServices;

namespace Anteroom.Harness;

/// <summary>What each campaign saw in a run with full counts: a line in <c>.anteroom/campaigns.log</c>, from which docs/campaigns.md has its figures.</summary>
public static class CampaignLog
{
    private const string Solution = "Anteroom.slnx";

    private static readonly Lock Gate = new();
    private static readonly string? Root = FindRoot(AppContext.BaseDirectory);

    /// <summary>Called by a test after its last assertion, so that what stands there was seen in a campaign that passed.</summary>
    public static void Saw(FormattableString seen, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        if (!TestScale.IsFull || Root is null)
            return;
        var folder = Directory.CreateDirectory(Path.Combine(Root, ".anteroom"));
        var at = TimeProvider.System.GetUtcNow().ToString("u", CultureInfo.InvariantCulture);
        var campaign = $"{Path.GetFileNameWithoutExtension(file)}.{test}";
        lock (Gate)
            File.AppendAllText(
                Path.Combine(folder.FullName, "campaigns.log"),
                $"{at} {campaign}: {seen.ToString(CultureInfo.InvariantCulture)}\n"
            );
    }

    private static string? FindRoot(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, Solution)))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
