using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Errors;

/// <summary>Where class C refusals show up (entra-oidc.md §2.5): some are reported on Entra's page and at the application.</summary>
internal static class ErrorPlaces
{
    private const string Page = "page";
    private const string Redirect = "redirect";

    /// <summary>Reported both ways; by default the application hears of them.</summary>
    private static readonly HashSet<int> ReportedBothWays = [50105, 53003];

    public static Place Of(EmulatorSettings settings, int code, Place? catalogue = null)
    {
        if (settings.ErrorPlaces.GetValueOrDefault(code) is { } chosen)
            return chosen == Redirect ? Place.Redirect : Place.Page;
        if (code == 50105 && settings.AssignmentErrorStaysOnPage)
            return Place.Page;
        if (catalogue is { } place)
            return place == Place.Redirect ? Place.Redirect : Place.Page;
        return ReportedBothWays.Contains(code) ? Place.Redirect : Place.Page;
    }

    /// <summary>The values of the switch.</summary>
    public static bool IsPlace(string value) => value is Page or Redirect;
}
