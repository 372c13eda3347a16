using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>Shows what the last resort, or the host filter, has to tell.</summary>
internal sealed class ProblemPage(SignInPages pages, ProblemPages problems) : IProblemPage
{
    public Task WriteAsync(HttpContext http, Reason reason) =>
        reason.Code == ReasonCodes.NotFound
            ? pages.NotFoundAsync(http, problems.Frame())
            : problems.WriteAsync(http, reason, problems.Frame());
}
