using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.SignOut;

namespace Anteroom.Server.Console.Access;

/// <summary>In, out, and from room to room.</summary>
internal static class EntranceEndpoints
{
    /// <summary>Before anybody is known.</summary>
    public static void MapOutside(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                ConsoleSignIn.Path,
                (
                    HttpContext http,
                    ConsoleSignIn entrance,
                    SignInDispatcher signIn,
                    OrganizationDirectory organizations,
                    CancellationToken ct
                ) => entrance.BeginAsync(http, signIn, organizations, ct)
            )
            .ExcludeFromDescription();
        routes
            .MapGet(
                ConsoleSignIn.ArrivalPath,
                (HttpContext http, ConsoleSignIn entrance, CancellationToken ct) => entrance.ArriveAsync(http, ct)
            )
            .ExcludeFromDescription();
    }

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("", First).WithMetadata(Everybody.Instance);
        console.MapGet("/sign-out", SignOutAsync).WithMetadata(Everybody.Instance);
        console
            .MapGet("/confirmed", (HttpContext http, ConsolePages pages) => pages.Note(http, pages["Fresh.Done"], pages["Fresh.GoBack"]))
            .WithMetadata(Everybody.Instance);
        console.MapPost("/organizations/{slug}/enter", EnterAsync).Operation("organizations.list").WithMetadata(OpenDoor.Instance);
        console.MapPost("/organizations/{slug}/leave", LeaveAsync).Operation("organizations.list");
    }

    /// <summary>Everybody's first page is the first one that they may open.</summary>
    private static IResult First(HttpContext http, ProblemPages problems)
    {
        var caller = http.Caller();
        var sections = caller.IsOperator
            ? Navigation.OfPlatform(caller).Concat(Navigation.OfRoom(caller, caller.Home))
            : Navigation.OfRoom(caller, caller.Home);
        return sections.SelectMany(section => section.Entries).FirstOrDefault() is { } first
            ? new SeeOther(first.Address)
            : problems.For(ReasonCodes.ConsoleRoleRequired);
    }

    /// <summary>Asks on the page of all sign-outs, which may go on to the provider; the console's session goes with the person's.</summary>
    private static Task<IResult> SignOutAsync(HttpContext http, SignOutFlow signOut, CancellationToken ct)
    {
        var caller = http.Caller();
        return signOut.BeginAsync(
            http,
            new(caller.Home.Id, caller.Session, ConsoleSignIn.ProtocolName, "Anteroom console", ReturnUrl: null, Confirmed: false)
            {
                ClearsCache = true,
            },
            ct
        );
    }

    private static async Task<IResult> EnterAsync(HttpContext http, ConsoleSessions sessions, CancellationToken ct)
    {
        var wanted = (await http.Request.ReadFormAsync(ct))[ReturnPath.Parameter].ToString();
        if (!http.Caller().HasEntered(http.Room()!.Id))
            await sessions.VisitAsync(http, http.Caller(), http.Room()!, enters: true, ct);
        return new SeeOther(ReturnPath.Of(wanted));
    }

    private static async Task<IResult> LeaveAsync(HttpContext http, ConsoleSessions sessions, CancellationToken ct)
    {
        await sessions.VisitAsync(http, http.Caller(), http.Room()!, enters: false, ct);
        return new SeeOther("/console/organizations");
    }
}
