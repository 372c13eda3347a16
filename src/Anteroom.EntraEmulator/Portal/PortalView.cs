using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>What every portal page shows around its content.</summary>
/// <param name="Section">The navigation entry that is current.</param>
/// <param name="Token">Ties the page's forms to this browser.</param>
/// <param name="Problem">A sentence about a change that was refused.</param>
public sealed record PortalView(
    string Section,
    string Token,
    Tenant? Tenant = null,
    Application? Application = null,
    bool Saved = false,
    string? Problem = null
)
{
    public string Root => $"/portal/{Tenant?.Id}";

    public string Registration => $"{Root}/app-registrations/{Application?.AppId}";

    public string Enterprise => $"{Root}/enterprise-applications/{Application?.AppId}";
}
