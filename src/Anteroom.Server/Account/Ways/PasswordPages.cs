using Anteroom.Server.Account.Access;
using Anteroom.Server.Account.Frame;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Passwords;

namespace Anteroom.Server.Account.Ways;

/// <summary>A new password, right after a sign-in, which takes the place of the old one (SEC-041). All other sessions end (SEC-036).</summary>
internal static class PasswordPages
{
    public const string NewField = "password";
    public const string AgainField = "again";
    private const string Path = "/ways/password";

    public static void Map(RouteGroupBuilder account)
    {
        account.MapGet(Path, Show).Sensitive();
        account.MapPost(Path, ChangeAsync).Sensitive();
    }

    private static IResult Show(HttpContext http, AccountPages pages, ProblemPages problems) =>
        http.Person().Organization.AllowsPasswords ? Form(http, pages, null) : problems.For(ReasonCodes.PasswordNotAllowed);

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        ChangePassword change,
        AccountPages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var caller = http.Person();
        var form = await http.Request.ReadFormAsync(ct);
        if (form[NewField] != form[AgainField])
            return Form(http, pages, PasswordFault.Mismatch);
        var wanted = new PasswordChange(caller.User.Id, Current: null, form[NewField], caller.Session.AuthenticatedAt, caller.Session.Id);
        return await change.HandleAsync(http, caller.Organization, wanted, caller.Audit(http), ct) switch
        {
            PasswordChanged.Done => AccountPages.Back(http, WaysPage.Page, "password.changed"),
            PasswordChanged.Unfit unfit => Form(http, pages, unfit.Fault),
            PasswordChanged.Refused refused => problems.For(
                refused.Reason,
                problems.Frame(caller.Organization),
                AccountSignIn.AddressFor(caller.Organization.Slug, "ways/password", fresh: true)
            ),
            _ => throw new InvalidOperationException("A change of a password ended in no way that is known."),
        };
    }

    private static IResult Form(HttpContext http, AccountPages pages, PasswordFault? fault) =>
        pages.Show(
            "ChangePassword",
            new ChangePasswordModel(pages.Frame(http, "Password.Title", WaysPage.Page), fault),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}

/// <param name="Fault">What is wrong with what was typed; null where nothing is.</param>
internal sealed record ChangePasswordModel(AccountFrame Frame, PasswordFault? Fault) : IAccountPage;
