using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn;

/// <summary>The addresses of the sign-in (design.md §6).</summary>
internal static class SignInPaths
{
    public const string Identify = "/sign-in";
    public const string Account = "/sign-in/account";
    public const string Connection = "/sign-in/connection";
    public const string SignOut = "/sign-out";
    public const string SignedOut = "/signed-out";

    /// <summary>Query parameter and form field that name the transaction.</summary>
    public const string TransactionField = "t";

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
