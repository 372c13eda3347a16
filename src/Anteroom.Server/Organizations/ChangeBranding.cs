using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Organizations;

/// <summary>Sets how an organization's sign-in pages look.</summary>
public sealed class ChangeBranding(ChangeOrganization change, Logos logos, TimeProvider clock)
{
    private const string Action = "organization.branding_updated";

    /// <param name="version">The organization's as the caller has seen it, or null where any will do.</param>
    /// <param name="accent"><c>#rrggbb</c>; null for Anteroom's own.</param>
    /// <returns>The changed organization; <c>validation_failed</c> where the text is no colour, <c>version_mismatch</c>, <c>not_found</c>.</returns>
    public async Task<Result<Organization, OrganizationRefusal>> SetAccentAsync(
        OrganizationId organization,
        long? version,
        string? accent,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (accent is not null && !Rgb.TryParse(accent, out _))
            return new OrganizationRefusal(ReasonCodes.ValidationFailed, "accent is a colour such as #14615d.") { Member = "accent" };
        return await change.HandleAsync(
            organization,
            version,
            Action,
            current => With(current, current.Settings.Branding with { Accent = accent?.ToLowerInvariant() }),
            context,
            ct
        );
    }

    /// <param name="file">PNG.</param>
    /// <returns>The changed organization; <c>validation_failed</c> where the file is no picture that is taken.</returns>
    public async Task<Result<Organization, OrganizationRefusal>> SetLogoAsync(
        OrganizationId organization,
        ReadOnlyMemory<byte> file,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!(await logos.ReadAsync(file, ct)).TryGet(out var logo, out var refusal))
            return refusal;
        return await change.HandleAsync(
            organization,
            version: null,
            Action,
            current => With(current, current.Settings.Branding with { Logo = logo.Name }),
            context,
            ct,
            tx => Logos.KeepAsync(tx, logo, clock.GetUtcNow(), ct)
        );
    }

    public Task<Result<Organization, OrganizationRefusal>> RemoveLogoAsync(
        OrganizationId organization,
        AuditContext context,
        CancellationToken ct
    ) =>
        change.HandleAsync(
            organization,
            version: null,
            Action,
            current => With(current, current.Settings.Branding with { Logo = null }),
            context,
            ct,
            tx => Logos.RemoveAsync(tx, ct)
        );

    private static Organization With(Organization current, Branding branding) =>
        current with
        {
            Settings = current.Settings with { Branding = branding },
        };
}
