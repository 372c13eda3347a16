using System.Globalization;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Pages;
using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Errors;

/// <summary>The look-up page for people, <c>/error?code=50058</c> (entra-oidc.md §1.2, last row): where every <c>error_uri</c> leads.</summary>
internal static class ErrorLookup
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(
            "/error",
            (HttpContext http, string? code, PageRenderer pages) =>
            {
                SecurityHeaders.ForPage(http);
                var known = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? ErrorCatalogue.Describe(number)
                    : null;
                return pages.RenderAsync<ErrorLookupPage>(
                    new
                    {
                        Code = code ?? "",
                        Message = known?.Message ?? Texts.Get("Lookup.Unknown"),
                        Error = known?.Error,
                        IsProducible = known is not null,
                    }
                );
            }
        );
}
