using System.Globalization;
using System.Resources;

namespace Anteroom.EntraEmulator.Resources;

/// <summary>All sentences that a person sees, from <c>Texts.resx</c> and, for the portal alone, <c>PortalTexts.resx</c>.</summary>
internal static class Texts
{
    private static readonly ResourceManager[] Files =
    [
        new(typeof(Texts)),
        new("Anteroom.EntraEmulator.Resources.PortalTexts", typeof(Texts).Assembly),
    ];

    /// <exception cref="MissingManifestResourceException">The key is in neither file.</exception>
    public static string Get(string key) => Find(key) ?? throw new MissingManifestResourceException($"No text is called '{key}'.");

    public static string Get(string key, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, Get(key), arguments);

    public static string? Find(string key)
    {
        foreach (var file in Files)
        {
            if (file.GetString(key, CultureInfo.CurrentUICulture) is { } text)
                return text;
        }
        return null;
    }
}
