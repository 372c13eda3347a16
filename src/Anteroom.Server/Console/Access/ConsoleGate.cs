using Anteroom.Server.Audit;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Access;

/// <summary>Names the operation of a page; its row in <see cref="Operations.Table"/> decides who may open it.</summary>
internal sealed record ConsoleOperation(string Name);

/// <summary>The form behind this address changes something sensitive (SEC-041).</summary>
internal sealed record Sensitive
{
    public static Sensitive Instance { get; } = new();
}

/// <summary>Stands before every page of the console: who is there, in which organization, and whether the table lets them (SEC-009, SEC-261, SEC-262).</summary>
internal sealed class ConsoleGate(
    ConsoleSessions sessions,
    OrganizationDirectory organizations,
    FormGuard forms,
    ConsolePages pages,
    ProblemPages problems,
    AuditTrail audit,
    TimeProvider clock
) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, ct) = (context.HttpContext, context.HttpContext.RequestAborted);
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!isRead && !await forms.IsOurFormAsync(http)) // asked first, so that a forger learns nothing of the session
            return problems.For(ReasonCodes.ForgerySuspected);
        if (await sessions.FindAsync(http, ct) is not { } caller)
            return isRead
                ? new SeeOther(SignInFor(http, fresh: false))
                : problems.For(ReasonCodes.SessionEnded, tryAgain: ReturnPath.Default);
        http.Remember(caller);

        if (http.Request.RouteValues.TryGetValue("slug", out var slug))
        {
            // Another organization's pages are those of one that does not exist (SEC-261).
            var room = await organizations.FindBySlugAsync((string)slug!, ct);
            if (room is null || (!caller.IsOperator && room.Id != caller.Home.Id))
                return problems.NotFound();
            // As it is now: whoever has just saved sees what they saved, whichever node answers.
            http.Remember(await organizations.ReadAsync(room.Id, ct) ?? room);
        }
        var metadata = http.GetEndpoint()!.Metadata;
        var operation = metadata.GetMetadata<ConsoleOperation>()?.Name;
        if (
            metadata.GetMetadata<Everybody>() is null
            && Operations.Missing(operation, caller.Permissions, caller.IsOperator) is { } missing
        )
        {
            var entry = new AuditEntry("console.refused", AuditResult.Refused, ReasonCodes.Forbidden)
            {
                Details = new Dictionary<string, object?> { ["operation"] = operation, ["permission"] = missing },
            };
            await audit.RecordRefusalAsync(caller.Home.Id, caller.Audit(http), entry, ct);
            return problems.For(ReasonCodes.Forbidden);
        }
        if (http.Room() is { } visited && !caller.HasEntered(visited.Id) && metadata.GetMetadata<OpenDoor>() is null)
            return isRead ? pages.Door(http) : problems.For(ReasonCodes.Forbidden);
        if (metadata.GetMetadata<Sensitive>() is not null && !caller.IsFresh(clock.GetUtcNow()))
            // A form cannot lead on to a provider (form-action), so a page with a link does.
            return isRead
                ? new SeeOther(SignInFor(http, fresh: true))
                : problems.For(ReasonCodes.AuthenticationTooOld, tryAgain: SignInFor(http, fresh: true));
        return await next(context);
    }

    /// <summary>Back to where the form was: what was typed there is not sent twice.</summary>
    private static string SignInFor(HttpContext http, bool fresh)
    {
        var here = HttpMethods.IsGet(http.Request.Method)
            ? http.Request.Path + http.Request.QueryString
            : http.Request.Path.Value![..http.Request.Path.Value!.LastIndexOf('/')];
        var address = $"{ConsoleSignIn.Path}?{ReturnPath.Parameter}={Uri.EscapeDataString(ReturnPath.Of(here))}";
        return fresh ? $"{address}&{ConsoleSignIn.FreshParameter}=yes" : address;
    }
}

/// <summary>Whoever is in the console may do it: arrive, and leave.</summary>
internal sealed record Everybody
{
    public static Everybody Instance { get; } = new();
}

/// <summary>The page may be used before an operator has entered the organization: the way in itself.</summary>
internal sealed record OpenDoor
{
    public static OpenDoor Instance { get; } = new();
}

/// <summary>What the gate has found out about a request.</summary>
internal static class ConsoleRequest
{
    private const string CallerKey = "anteroom.console.caller";
    private const string RoomKey = "anteroom.console.room";

    public static ConsoleCaller Caller(this HttpContext http) => (ConsoleCaller)http.Items[CallerKey]!;

    /// <summary>The organization whose pages these are; null on pages of the platform as a whole.</summary>
    public static Organization? Room(this HttpContext http) => http.Items[RoomKey] as Organization;

    public static AuditContext Audit(this HttpContext http) => http.Caller().Audit(http);

    public static Administrator Administrator(this HttpContext http) => new(http.Caller().Permissions, http.Audit());

    internal static void Remember(this HttpContext http, ConsoleCaller caller) => http.Items[CallerKey] = caller;

    internal static void Remember(this HttpContext http, Organization room) => http.Items[RoomKey] = room;
}
