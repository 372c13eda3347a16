using System.Text.Encodings.Web;
using System.Text.Unicode;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Web;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.WebEncoders;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>What the pages need: the view engine without controllers, their text and their files.</summary>
public static class AnteroomPages
{
    public static IServiceCollection AddAnteroomPages(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddSecurityHeaders();
        services.AddSingleton<Assets>();
        services.AddSingleton(provider =>
            PageLanguages.Beside(
                AppContext.BaseDirectory,
                typeof(AnteroomPages).Assembly.GetName().Name!,
                provider.GetService<CookieNames>()
            )
        );
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<SignInPages>();
        services.TryAddSingleton<ProblemPages>();
        services.TryAddSingleton<InstallationSettings>();
        services.AddSingleton<IProblemPage, ProblemPage>();

        // Markup is still escaped; without this every letter beyond ASCII would travel as a character reference.
        services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddMvcCore().AddRazorViewEngine().ConfigureApplicationPartManager(AddCompiledViews);
        return services;
    }

    /// <summary>The scripts, styles and icons of the pages, at addresses that carry their hash.</summary>
    public static void MapAnteroomPages(this IEndpointRouteBuilder routes)
    {
        Assets.Map(routes);
        BrandingFiles.Map(routes);
    }

    // The framework looks for views in the assembly that started the process, which is ours only when nobody hosts us.
    private static void AddCompiledViews(ApplicationPartManager manager)
    {
        var assembly = typeof(AnteroomPages).Assembly;
        foreach (var part in ApplicationPartFactory.GetApplicationPartFactory(assembly).GetApplicationParts(assembly))
            if (!manager.ApplicationParts.Any(known => known.Name == part.Name && known.GetType() == part.GetType()))
                manager.ApplicationParts.Add(part);
    }
}
