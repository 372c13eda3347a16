using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>The colours that a sign-in page takes from an organization's accent, in one scheme.</summary>
/// <param name="Accent">The accent, moved until text in it can be read on every surface of the page.</param>
/// <param name="Strong">The accent where a finger or pointer is.</param>
/// <param name="On">Text upon the accent.</param>
/// <param name="Tint">A surface with a breath of the accent.</param>
internal sealed record AccentTokens(Rgb Accent, Rgb Strong, Rgb On, Rgb Tint)
{
    /// <summary>What text must have on what lies under it (WCAG 2.2, 1.4.3; design.md §7).</summary>
    public const double LeastContrast = 4.5;

    private const double Step = 0.02;

    // The surfaces of sign-in.css.
    private static readonly Rgb[] LightSurfaces = [new(0xff, 0xff, 0xff), new(0xf4, 0xf3, 0xf0)];
    private static readonly Rgb[] DarkSurfaces = [new(0x1b, 0x20, 0x1f), new(0x12, 0x16, 0x15)];

    public static AccentTokens Light(Rgb chosen) => Of(chosen, LightSurfaces, Rgb.Black, tint: 0.08, strong: 0.22);

    public static AccentTokens Dark(Rgb chosen) => Of(chosen, DarkSurfaces, Rgb.White, tint: 0.12, strong: 0.25);

    /// <summary>The style sheet that puts these colours in the place of ours.</summary>
    public static string StyleSheet(Rgb chosen) =>
        $":root{{{Light(chosen).Declarations}}}@media (prefers-color-scheme:dark){{:root{{{Dark(chosen).Declarations}}}}}";

    private string Declarations => $"--accent:{Accent};--accent-strong:{Strong};--on-accent:{On};--tint:{Tint}";

    /// <param name="end">Towards which the accent moves: away from the surfaces.</param>
    private static AccentTokens Of(Rgb chosen, Rgb[] surfaces, Rgb end, double tint, double strong)
    {
        for (var share = 0.0; ; share += Step)
        {
            var accent = chosen.Mix(end, Math.Min(share, 1));
            var tinted = surfaces[0].Mix(accent, tint);
            if (surfaces.Append(tinted).All(surface => accent.ContrastTo(surface) >= LeastContrast) || share >= 1)
                return new(accent, accent.Mix(end, strong), accent.Ink, tinted);
        }
    }
}
