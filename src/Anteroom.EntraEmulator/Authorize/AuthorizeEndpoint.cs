using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Signing;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>The authorize endpoint (GET and POST, entra-oidc.md §1.2) and the posts of its pages.</summary>
internal static class AuthorizeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/{tenant}/oauth2/v2.0/authorize", ["GET", "POST"], BeginAsync);
        routes.MapPost("/{tenant}/login", ContinueAsync);
    }

    private static async Task<IResult> BeginAsync(
        HttpContext http,
        string tenant,
        SignInFlow flow,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var parameters = await Requests.ReadAsync(http.Request, ct);
        return await flow.AdvanceAsync(http, new FlowContext(tenant, parameters, Browser.IdOf(http), clock.GetUtcNow() + FlowContext.Life));
    }

    private static async Task<IResult> ContinueAsync(
        HttpContext http,
        SignInFlow flow,
        SignInSteps steps,
        AuthorizeRequestParser parser,
        AuthorizeReplies replies,
        SealedValue sealedValue,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var form = await Requests.ReadFormAsync(http.Request, ct);
        var context = sealedValue.Open(SignInFlow.ContextPurpose, (string?)form["ctx"] ?? "", SealedJson.Default.FlowContext);
        if (context is null || context.BrowserId != Browser.IdOf(http) || context.ExpiresAt <= clock.GetUtcNow())
            return await replies.PageAsync(http, Aadsts.WrongUserContext(), null);
        if (!parser.Parse(context.Tenant, context.Parameters).TryGet(out var request, out var refusal))
            return await replies.RefuseAsync(http, refusal);

        return (string?)form["step"] switch
        {
            "username" => await steps.UserNameAsync(http, request, context, (string?)form["loginfmt"] ?? ""),
            "password" => await steps.PasswordAsync(http, request, context, (string?)form["passwd"] ?? ""),
            "account" => await steps.AccountAsync(http, context, (string?)form["account"] ?? ""),
            "consent" => await steps.ConsentAsync(http, request, context, form["answer"] == "accept", form["organization"] == "on"),
            "stay" => await steps.StayAsync(http, context, form["answer"] == "yes"),
            "another" => await flow.AdvanceAsync(http, context with { AnotherAccount = true, AskedAccount = null, ChosenAccount = null }),
            "cancel" => await replies.RedirectAsync(http, Aadsts.SignInCancelled(), request.Target),
            _ => await replies.PageAsync(http, Aadsts.WrongUserContext(), null),
        };
    }
}
