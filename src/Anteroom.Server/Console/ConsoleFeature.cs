using Anteroom.Server.Platform;

namespace Anteroom.Server.Console;

/// <summary>The face for administrators. For now the owner page; the room itself follows.</summary>
public static class ConsoleFeature
{
    public static IServiceCollection AddConsole(this IServiceCollection services, AnteroomOptions _) => services.AddSingleton<OwnerPage>();

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(OwnerLink.Path, (HttpContext http, OwnerPage page, CancellationToken ct) => page.ShowAsync(http, ct))
            .ExcludeFromDescription();
        routes
            .MapPost(OwnerLink.Path, (HttpContext http, OwnerPage page, CancellationToken ct) => page.EnterAsync(http, ct))
            .ExcludeFromDescription();
    }
}
