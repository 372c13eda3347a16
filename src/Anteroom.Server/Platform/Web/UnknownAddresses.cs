using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Platform.Web;

/// <summary>An address that nobody answers gets the same words as a missing thing, with code and correlation id, in place of an empty 404 (SEC-325).</summary>
internal sealed class UnknownAddresses(RequestDelegate next, ProblemWriter problems)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        if (http.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false, ContentType: null, ContentLength: null })
            await problems.WriteAsync(http, ReasonCatalogue.Get(ReasonCodes.NotFound));
    }
}
