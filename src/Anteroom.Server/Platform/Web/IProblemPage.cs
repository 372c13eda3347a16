using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Platform.Web;

/// <summary>Shows a reason as a page. The pages belong to a feature, which the platform does not know.</summary>
public interface IProblemPage
{
    Task WriteAsync(HttpContext http, Reason reason);
}
