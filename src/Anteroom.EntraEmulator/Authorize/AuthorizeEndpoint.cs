using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Signing;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>The authorize endpoints (GET and POST, entra-oidc.md §1.2) and the posts of their pages.</summary>
internal static class AuthorizeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/{tenant}/oauth2/v2.0/authorize", isV1: false);
        Map(routes, "/{tenant}/oauth2/authorize", isV1: true);
        routes.MapPost("/{tenant}/login", ContinueAsync);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, bool isV1) =>
        routes.MapMethods(
            path,
            ["GET", "POST"],
            async (HttpContext http, string tenant, SignInFlow flow, TimeProvider clock, CancellationToken ct) =>
            {
                var parameters = await Requests.ReadAsync(http.Request, ct);
                var expires = clock.GetUtcNow() + FlowContext.Life;
                return await flow.AdvanceAsync(http, new FlowContext(tenant, parameters, Browser.IdOf(http), expires) { IsV1 = isV1 });
            }
        );

    private static async Task<IResult> ContinueAsync(
        HttpContext http,
        SignInFlow flow,
        SignInSteps steps,
        PasswordSteps passwords,
        FlowRequests requests,
        AuthorizeReplies replies,
        SealedValue sealedValue,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var form = await Requests.ReadFormAsync(http.Request, ct);
        var context = sealedValue.Open(SignInFlow.ContextPurpose, Text("ctx"), SealedJson.Default.FlowContext);
        if (context is null || context.BrowserId != Browser.IdOf(http) || context.ExpiresAt <= clock.GetUtcNow())
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);
        if (!requests.Read(context).TryGet(out var request, out var refusal))
            return await replies.RefuseAsync(http, refusal);

        var answer = Text("answer");
        return Text("step") switch
        {
            "username" => await steps.UserNameAsync(http, request, context, Text("loginfmt")),
            "password" => await passwords.EnterAsync(http, request, context, Text("passwd")),
            "change" => await passwords.ChangeAsync(http, context, Text("current"), Text("wanted"), Text("repeated")),
            "account" => await steps.AccountAsync(http, context, Text("account")),
            "factor" => await steps.FactorAsync(http, context, answer == "approve"),
            "enrol" => await steps.EnrolAsync(http, context),
            "consent" => await steps.ConsentAsync(http, request, context, answer == "accept", form["organization"] == "on"),
            "approval" when answer == "switch" => await steps.AccountAsync(http, context, "other"),
            "approval" when answer == "request" => await steps.ApprovalAsync(http, request, context, Text("justification")),
            "approval" => await steps.BackAsync(http, request, context),
            "invitation" => await steps.InvitationAsync(http, request, context, answer == "accept"),
            "device" => await steps.DeviceAsync(http, request, context, answer == "continue"),
            "stay" => await steps.StayAsync(http, context, answer == "yes"),
            "another" => await steps.AccountAsync(http, context with { AskedAccount = null }, "other"),
            "cancel" => await steps.DeclineAsync(http, request, context, UserErrors.Cancelled()),
            _ => await replies.PageAsync(http, RequestErrors.WrongUserContext(), null),
        };

        string Text(string name) => (string?)form[name] ?? "";
    }
}
