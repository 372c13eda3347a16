using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>Why a form was refused.</summary>
/// <param name="Field">The field beside which the sentence stands; empty when it concerns the whole form.</param>
public sealed record FieldProblem(string Field, string Text);

/// <summary>What every portal page shows around its content.</summary>
/// <param name="Section">The navigation entry that is current.</param>
/// <param name="Token">Ties the page's forms to this browser.</param>
/// <param name="Saved">The page follows a change.</param>
public sealed record PortalView(string Section, string Token, bool Saved)
{
    public Tenant? Tenant { get; init; }
    public Application? Application { get; init; }

    /// <summary>The person, group or policy that the page is about; the path above its title then leads back to their list.</summary>
    public string? Subject { get; init; }
    public FieldProblem? Problem { get; init; }

    /// <summary>What was typed into the form that was refused, and where that form goes.</summary>
    public IFormCollection? Typed { get; init; }
    public string? PostedTo { get; init; }

    public string Root => $"/portal/{Tenant?.Id}";

    public string Registration => $"{Root}/app-registrations/{Application?.AppId}";

    public string Enterprise => $"{Root}/enterprise-applications/{Application?.AppId}";

    public bool IsEnterprise => Section.StartsWith("enterprise", StringComparison.Ordinal);
}
