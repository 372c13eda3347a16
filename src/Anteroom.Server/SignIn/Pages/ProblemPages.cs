using Anteroom.Entra.Requests;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>Shows a reason of the catalogue as a page, with what a person can quote.</summary>
public sealed class ProblemPages(SignInPages pages, InstallationSettings installation, AnteroomOptions options, TimeProvider clock)
{
    /// <summary>What stands around every page; whom to ask comes from the operator's settings.</summary>
    /// <param name="organization">Whose name and colours stand there, as soon as it is known.</param>
    public PageFrame Frame(Organization? organization = null, string? application = null) =>
        new(organization?.Name, application, Contact())
        {
            Accent = organization is null ? null : BrandingFiles.AccentOf(organization),
            Logo = organization is null ? null : BrandingFiles.LogoOf(organization),
        };

    public IResult For(
        string reason,
        PageFrame? frame = null,
        string? tryAgain = null,
        AadstsCode? upstream = null,
        ProblemHelp? help = null
    ) => new PageResult(http => WriteAsync(http, ReasonCatalogue.Get(reason), frame ?? Frame(), tryAgain, upstream, help));

    public IResult NotFound() => new PageResult(http => pages.NotFoundAsync(http, Frame()));

    public Task WriteAsync(
        HttpContext http,
        Reason reason,
        PageFrame frame,
        string? tryAgain = null,
        AadstsCode? upstream = null,
        ProblemHelp? help = null
    )
    {
        if (reason.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            http.Response.Headers.RetryAfter = "30";
        return pages.ProblemAsync(
            http,
            reason.Status,
            new ProblemModel(
                frame,
                reason.Happened,
                reason.Means,
                reason.Now,
                reason.Code,
                http.CorrelationId(),
                clock.GetUtcNow(),
                tryAgain,
                reason.Administrator is { } steps ? new AdministratorDetails([steps], upstream?.ToString()) : null
            )
            {
                AdminConsent = help?.AdminConsent,
                OtherAccount = help?.OtherAccount,
                ConnectTenant = help?.ConnectTenant,
            }
        );
    }

    private HelpContact? Contact() =>
        (installation.Current.Contact ?? options.Contact) is not { Length: > 0 } contact ? null
        : Uri.TryCreate(contact, UriKind.Absolute, out var address) ? new(contact.Replace("mailto:", "", StringComparison.Ordinal), address)
        : new(contact);
}

/// <summary>An answer that writes itself as a page.</summary>
public sealed class PageResult(Func<HttpContext, Task> write) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => write(httpContext);
}
