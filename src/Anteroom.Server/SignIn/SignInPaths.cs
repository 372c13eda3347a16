using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn;

/// <summary>The addresses of the sign-in (design.md §6).</summary>
internal static class SignInPaths
{
    public const string Identify = "/sign-in";
    public const string Account = "/sign-in/account";
    public const string Connection = "/sign-in/connection";

    /// <summary>With another account, after the first one could not come in.</summary>
    public const string Again = "/sign-in/again";

    public const string Passkey = "/sign-in/passkey";
    public const string PasskeyOptions = "/sign-in/passkey/options";

    public const string Password = "/sign-in/password";
    public const string PasswordName = "/sign-in/password/name";
    public const string ForgottenPassword = "/sign-in/password/forgotten";

    /// <summary>Where a mailed link leads. From there on the secret is in a cookie, and in no address.</summary>
    public const string PasswordLink = "/password/link";

    public const string NewPassword = "/password/new";

    /// <summary>On an organization's own host: a sign-in that began on the base host comes in.</summary>
    public const string Enter = "/sign-in/enter";

    /// <summary>On the base host: the sign-in is given to the host that asks for it.</summary>
    public const string Leave = "/sign-in/leave";

    /// <summary>The page that redeems a code in the browser hands the id_token over here.</summary>
    public const string Token = "/sign-in/token";

    public const string SignOut = "/sign-out";

    /// <summary>On the host of the session: a sign-out that was asked for elsewhere comes in.</summary>
    public const string EnterSignOut = "/sign-out/enter";

    public const string SignedOut = "/signed-out";

    /// <summary>Query parameter and form field that name the transaction.</summary>
    public const string TransactionField = "t";

    /// <summary>Query parameter that asks for the name again.</summary>
    public const string OtherNameField = "name";

    public const string LinkField = "link";
    public const string HandleField = "handle";
    public const string ArrivalField = "arrival";

    public static string With(string page, TransactionId id) => $"{page}?{TransactionField}={id}";
}

/// <summary>303: the next request is a GET, whatever this one was (RFC 9110 §15.4.4, SEC-013).</summary>
public sealed class SeeOther(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
