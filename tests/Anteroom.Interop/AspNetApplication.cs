using System.Text.Json.Nodes;
using Anteroom.Harness;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Anteroom.Interop;

/// <summary>A small ASP.NET Core application behind the framework's own OpenIdConnect handler and its cookie, on a loopback port.</summary>
/// <remarks><c>/</c> tells who is signed in and sends everybody else to sign in, <c>/sign-out</c> signs out here and at the provider.</remarks>
internal sealed class AspNetApplication : IAsyncDisposable
{
    public const string RedirectPath = "/signin-oidc";
    public const string SignedOutPath = "/signout-callback-oidc";
    public const string RemoteSignOutPath = "/signout-oidc";

    private readonly WebApplication _host;

    private AspNetApplication(WebApplication host, string address) => (_host, Address) = (host, address);

    public string Address { get; }

    /// <summary>Why the handler refused an answer; null while it refused none.</summary>
    public Exception? Refused { get; private set; }

    public static async Task<AspNetApplication> StartAsync(int port, RelyingParty client, string issuer, string organization)
    {
        var address = $"http://localhost:{port}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthorization();
        AspNetApplication? application = null;
        builder
            .Services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                options.Authority = issuer;
                options.RequireHttpsMetadata = false; // both are on loopback
                options.BackchannelHttpHandler = new SocketsHttpHandler { UseProxy = false };
                options.ClientId = client.ClientId;
                options.ClientSecret = client.ClientSecret;
                options.ResponseType = OpenIdConnectResponseType.Code;
                options.Scope.Add("offline_access");
                options.AdditionalAuthorizationParameters["organization"] = organization;
                options.MapInboundClaims = false;
                options.SaveTokens = true;
                options.GetClaimsFromUserInfoEndpoint = true;
                options.ClaimActions.MapUniqueJsonKey("org_slug", "org_slug");
                options.Events.OnUserInformationReceived = context =>
                {
                    var said = (string?)JsonNode.Parse(context.User.RootElement.GetRawText())!["name"];
                    context.Properties!.Items["userinfo"] = said;
                    return Task.CompletedTask;
                };
                options.Events.OnRemoteFailure = context =>
                {
                    application!.Refused = context.Failure;
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    context.HandleResponse();
                    return Task.CompletedTask;
                };
            });
        var host = builder.Build();
        application = new AspNetApplication(host, address);
        host.UseAuthentication();
        host.UseAuthorization();
        host.MapGet("/", (Delegate)WhoAsync).RequireAuthorization();
        host.MapGet("/out", () => "You are out.");
        host.MapGet(
            "/sign-out",
            () =>
                TypedResults.SignOut(
                    new AuthenticationProperties { RedirectUri = "/out" },
                    [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]
                )
        );
        await host.StartAsync();
        return application;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static async Task<IResult> WhoAsync(HttpContext http)
    {
        var ticket = (await http.AuthenticateAsync()).Ticket!;
        var claims = new JsonObject();
        foreach (var claim in ticket.Principal.Claims)
            claims[claim.Type] = claim.Value;
        return TypedResults.Json(
            new JsonObject
            {
                ["claims"] = claims,
                ["userinfo"] = ticket.Properties.Items["userinfo"],
                ["accessToken"] = ticket.Properties.GetTokenValue("access_token"),
                ["refreshToken"] = ticket.Properties.GetTokenValue("refresh_token"),
            }
        );
    }
}
