using System.Globalization;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>The pages of the sign-in, each with the headers that belong to it. Endpoints decide; this only shows.</summary>
public sealed class SignInPages(PageRenderer renderer)
{
    private const string Folder = "/SignIn/Pages/";

    /// <param name="redirectsTo">Login hosts that the answer to this form may redirect to (SEC-005).</param>
    public Task IdentifyAsync(HttpContext http, IdentifyModel model, IEnumerable<Uri> redirectsTo)
    {
        AllowRedirects(http, redirectsTo);
        return WriteAsync(http, StatusOf(model.Error), "Identify", model);
    }

    /// <param name="redirectsTo">Where the answer to this form may redirect to: the application, or a login host.</param>
    public Task ChooseAccountAsync(HttpContext http, ChooseAccountModel model, IEnumerable<Uri> redirectsTo)
    {
        AllowRedirects(http, redirectsTo);
        return WriteAsync(http, StatusCodes.Status200OK, "ChooseAccount", model);
    }

    /// <param name="redirectsTo">Login hosts that the answer to this form may redirect to.</param>
    public Task ChooseConnectionAsync(HttpContext http, ChooseConnectionModel model, IEnumerable<Uri> redirectsTo)
    {
        AllowRedirects(http, redirectsTo);
        return WriteAsync(http, StatusCodes.Status200OK, "ChooseConnection", model);
    }

    /// <param name="redirectsTo">Login hosts that the answer to this form may redirect to.</param>
    public Task DeviceAsync(HttpContext http, DeviceModel model, IEnumerable<Uri> redirectsTo)
    {
        AllowRedirects(http, redirectsTo);
        var status = model.Error switch
        {
            UserCodeError.None => StatusCodes.Status200OK,
            UserCodeError.TooManyTries => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        return WriteAsync(http, status, "Device", model);
    }

    /// <param name="redirectsTo">Login hosts, for who wants to answer as somebody else.</param>
    public Task ConfirmDeviceAsync(HttpContext http, ConfirmDeviceModel model, IEnumerable<Uri> redirectsTo)
    {
        AllowRedirects(http, redirectsTo);
        return WriteAsync(http, StatusCodes.Status200OK, "ConfirmDevice", model);
    }

    public Task DeviceAnsweredAsync(HttpContext http, DeviceAnsweredModel model) =>
        WriteAsync(http, StatusCodes.Status200OK, "DeviceAnswered", model);

    /// <param name="redirectsTo">Where a passkey's sign-in ends.</param>
    public Task PasswordNameAsync(HttpContext http, PasswordNameModel model, IEnumerable<Uri> redirectsTo)
    {
        AllowRedirects(http, redirectsTo);
        var status = model.IsMissing ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;
        return WriteAsync(http, status, "PasswordName", model);
    }

    /// <param name="redirectsTo">Where the sign-in ends.</param>
    public Task PasswordAsync(HttpContext http, PasswordModel model, IEnumerable<Uri> redirectsTo)
    {
        AllowRedirects(http, redirectsTo);
        var status = model.Answer.Error switch
        {
            PasswordError.None => StatusCodes.Status200OK,
            PasswordError.Wait or PasswordError.Stopped or PasswordError.TooManyTries => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        if (model.Answer.Wait is not null)
            http.Response.Headers.RetryAfter = model.Answer.WaitSeconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(http, status, "Password", model);
    }

    public Task ForgottenPasswordAsync(HttpContext http, ForgottenPasswordModel model) =>
        WriteAsync(http, StatusCodes.Status200OK, "ForgottenPassword", model);

    public Task RecoverySentAsync(HttpContext http, RecoverySentModel model) =>
        WriteAsync(http, StatusCodes.Status200OK, "RecoverySent", model);

    public Task NewPasswordAsync(HttpContext http, NewPasswordModel model) =>
        WriteAsync(http, model.Fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, "NewPassword", model);

    public Task PasswordSetAsync(HttpContext http, PasswordSetModel model) =>
        WriteAsync(http, StatusCodes.Status200OK, "PasswordSet", model);

    public Task ContinueAsync(HttpContext http, ContinueModel model)
    {
        PagePolicy.Of(http).HideReferrer();
        http.Response.Headers["Refresh"] = $"0; url={model.Target.AbsoluteUri}";
        return WriteAsync(http, StatusCodes.Status200OK, "Continue", model);
    }

    /// <param name="redirectsTo">Where the sign-in ends after the page has handed the token over.</param>
    public Task RedeemAsync(HttpContext http, RedeemModel model, IEnumerable<Uri> redirectsTo)
    {
        PagePolicy.Of(http).OnlyConnect(model.TokenEndpoint).HideReferrer();
        AllowRedirects(http, redirectsTo);
        return WriteAsync(http, StatusCodes.Status200OK, "Redeem", model);
    }

    public Task FormPostAsync(HttpContext http, FormPostModel model)
    {
        PagePolicy.Of(http).OnlyFormAction(model.Target).HideReferrer();
        return WriteAsync(http, StatusCodes.Status200OK, "FormPost", model);
    }

    public Task ProblemAsync(HttpContext http, int status, ProblemModel model) => WriteAsync(http, status, "Problem", model);

    public Task AdminConsentAsync(HttpContext http, AdminConsentModel model) =>
        WriteAsync(http, model.IsGranted ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden, "AdminConsent", model);

    public Task NotFoundAsync(HttpContext http, PageFrame frame) =>
        WriteAsync(http, StatusCodes.Status404NotFound, "NotFound", new NotFoundModel(frame));

    public Task SignedOutAsync(HttpContext http, SignedOutModel model)
    {
        var policy = PagePolicy.Of(http).HideReferrer();
        foreach (var application in model.ApplicationLogouts)
            policy.AllowFrame(application);
        if (model is { ReturnTo: { } target, ReturnAfter: { } delay })
            http.Response.Headers["Refresh"] = string.Create(
                CultureInfo.InvariantCulture,
                $"{(int)delay.TotalSeconds}; url={target.AbsoluteUri}"
            );
        return WriteAsync(http, StatusCodes.Status200OK, "SignedOut", model);
    }

    /// <param name="redirectsTo">Where signing out may lead: the login host's own sign-out, or back to the application.</param>
    public Task ConfirmSignOutAsync(HttpContext http, ConfirmSignOutModel model, IEnumerable<Uri> redirectsTo)
    {
        AllowRedirects(http, redirectsTo);
        return WriteAsync(http, StatusCodes.Status200OK, "ConfirmSignOut", model);
    }

    private Task WriteAsync(HttpContext http, int status, string view, ISignInPage model) =>
        renderer.WriteAsync(http, status, $"{Folder}{view}.cshtml", model);

    private static void AllowRedirects(HttpContext http, IEnumerable<Uri> targets)
    {
        var policy = PagePolicy.Of(http);
        foreach (var target in targets)
            policy.AllowFormAction(target);
    }

    private static int StatusOf(IdentifyError error) =>
        error switch
        {
            IdentifyError.None => StatusCodes.Status200OK,
            IdentifyError.TooManyTries => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
}
