using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Api;

/// <param name="Accent"><c>#rrggbb</c>; null for Anteroom's own.</param>
internal sealed record BrandingBody(string? Accent);

/// <param name="Logo">Where the picture is; null without one.</param>
internal sealed record BrandingView(string? Accent, string? Logo);

/// <summary>How sign-in pages and mails of an organization look.</summary>
internal static class BrandingEndpoints
{
    private const string Path = "/organizations/{slug}/branding";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, Get).Operation("branding.get").Produces<BrandingView>();
        api.MapPut(Path, PutAsync).Operation("branding.put").Accepts<BrandingBody>("application/json").Produces<BrandingView>();
        api.MapPut(Path + "/logo", PutLogoAsync).Operation("branding.putLogo").Accepts<byte[]>("image/png").Produces<BrandingView>();
        api.MapDelete(Path + "/logo", RemoveLogoAsync).Operation("branding.removeLogo").Produces(204);
    }

    private static IResult Get(HttpContext http, OrganizationHosts hosts)
    {
        var organization = http.TargetOrganization();
        return ApiResults.Versioned(http, ViewOf(organization, hosts), organization.Version);
    }

    private static async Task<IResult> PutAsync(HttpContext http, ChangeBranding branding, OrganizationHosts hosts, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<BrandingBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var changed = await branding.SetAccentAsync(http.TargetOrganization().Id, version: null, body.Accent, http.ApiAudit(), ct);
        return changed.TryGet(out var organization, out var refusal)
            ? ApiResults.Versioned(http, ViewOf(organization, hosts), organization.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> PutLogoAsync(
        HttpContext http,
        ChangeBranding branding,
        OrganizationHosts hosts,
        CancellationToken ct
    )
    {
        if (http.Request.ContentType != "image/png")
            return ApiResults.Problem(http, ReasonCodes.RequestInvalid, "The picture is sent with the content type image/png.");
        var file = await ReadAsync(http.Request.Body, ct);
        var changed = await branding.SetLogoAsync(http.TargetOrganization().Id, file, http.ApiAudit(), ct);
        return changed.TryGet(out var organization, out var refusal)
            ? ApiResults.Versioned(http, ViewOf(organization, hosts), organization.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> RemoveLogoAsync(HttpContext http, ChangeBranding branding, CancellationToken ct)
    {
        var changed = await branding.RemoveLogoAsync(http.TargetOrganization().Id, http.ApiAudit(), ct);
        return changed.TryGet(out _, out var refusal) ? Results.NoContent() : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    /// <returns>The body, or as much of it as makes it longer than a picture may be.</returns>
    private static async Task<byte[]> ReadAsync(Stream body, CancellationToken ct)
    {
        var buffer = new byte[Logos.Largest + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return buffer[..read];
    }

    private static BrandingView ViewOf(Organization organization, OrganizationHosts hosts) =>
        new(
            organization.Settings.Branding.Accent,
            BrandingFiles.LogoOf(organization) is { } path ? hosts.OriginOf(organization) + path : null
        );
}
