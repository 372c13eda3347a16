using System.Globalization;
using System.Resources;

namespace Anteroom.EntraEmulator.Resources;

/// <summary>All sentences that a person sees, from <c>Texts.resx</c>.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new(typeof(Texts));

    /// <exception cref="MissingManifestResourceException">The key is not in the resource file.</exception>
    public static string Get(string key) => Find(key) ?? throw new MissingManifestResourceException($"Texts.resx has no '{key}'.");

    public static string Get(string key, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, Get(key), arguments);

    public static string? Find(string key) => Resources.GetString(key, CultureInfo.CurrentUICulture);
}
