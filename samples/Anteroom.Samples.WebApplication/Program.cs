using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Anteroom.Samples.WebApplication.OpenIdConnect;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Samples.WebApplication;

/// <summary>The whole site: a page with "Sign in", the provider's answer, a session in a cookie, and an API that takes access tokens.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (!TryBuild(args, out var app, out var missing))
        {
            await Console.Error.WriteLineAsync(missing);
            return 1;
        }
        await app.RunAsync();
        return 0;
    }

    /// <summary>All but running it, so that a test can have it in its own process.</summary>
    public static bool TryBuild(
        string[] args,
        [NotNullWhen(true)] out Microsoft.AspNetCore.Builder.WebApplication? app,
        [NotNullWhen(false)] out string? missing
    )
    {
        app = null;
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                Args = args,
                ApplicationName = typeof(Program).Assembly.GetName().Name, // where the pages are
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        if (!ProviderSettings.TryRead(builder.Configuration, out var settings, out missing))
            return false;

        // Requests are logged with their query, and the query of an answer holds a code.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);

        // Keys in memory: after a restart everybody signs in again. A real site keeps them where all its instances find them.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder
            .Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "sample-session";
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = EndedSessions.Memory;
                cookie.LoginPath = "/sign-in";
                cookie.Events.OnValidatePrincipal = BackChannelLogout.CheckAsync;
            });
        builder.Services.AddAuthorization();
        builder.Services.AddRazorPages();

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<Provider>();
        builder.Services.AddSingleton<TokenValidation>();
        builder.Services.AddSingleton<RelyingParty>();
        builder.Services.AddSingleton<ProblemAddress>();
        builder.Services.AddSingleton<EndedSessions>();
        builder.Services.AddHttpClient(Provider.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => Provider.CreateHandler(settings));
        builder.Services.AddHttpClient(OwnApi.HttpClientName);

        app = builder.Build();
        app.Use(
            (http, next) =>
            {
                // No form-action: browsers apply it to redirects too, and signing out may lead over hosts that we do not know.
                http.Response.Headers.ContentSecurityPolicy =
                    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
                http.Response.Headers.XContentTypeOptions = "nosniff";
                http.Response.Headers["Referrer-Policy"] = "same-origin";
                return next(http);
            }
        );
        app.UseStaticFiles();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapRazorPages();
        app.MapGet("/sign-in", SignInEndpoints.BeginAsync);
        app.MapGet(RelyingParty.CallbackPath, SignInEndpoints.FinishAsync);
        app.MapPost(BackChannelLogout.Path, BackChannelLogout.ReceiveAsync);
        app.MapGet("/api/me", OwnApi.GetMeAsync);
        app.MapGet("/healthz", () => Results.Json(new JsonObject { ["status"] = "ok" }));
        return true;
    }
}
