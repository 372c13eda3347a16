using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Console.Access;

/// <summary>The console as an application of ours: who enters it signs in as for any other, and must be strong and entitled besides (SEC-265).</summary>
/// <remarks>
/// The sign-in may end on an organization's own host, where no cookie of ours can be set: so the browser comes back with an arrival that
/// only it can use, once, as an application comes back with a code.
/// </remarks>
internal sealed class ConsoleSignIn(
    ConsoleSessions sessions,
    AuditTrail audit,
    CookieNames names,
    ProblemPages problems,
    AnteroomOptions options
) : IApplicationProtocol
{
    public const string ProtocolName = "console";
    public const string Path = "/console/sign-in";
    public const string ArrivalPath = "/console/arrive";
    public const string ArrivalParameter = "arrival";
    public const string FreshParameter = "fresh";
    public const string OrganizationParameter = "organization";

    /// <summary>Asks for the ways that are local, past a provider that is taken without asking (HEC-15).</summary>
    public const string LocalParameter = "local";

    private const string BrowserCookie = "console-way";
    private static readonly TimeSpan WayLife = TimeSpan.FromMinutes(15);

    public string Name => ProtocolName;

    /// <summary>Where an administrator gets in although the organization's provider does not let them, or nobody is asked (HEC-15).</summary>
    public static string LocalAddress(Organization organization) =>
        $"{Path}?{OrganizationParameter}={organization.Slug}&{LocalParameter}=yes";

    /// <summary>Where who is asked to prove themselves anew goes, and comes back from (SEC-041).</summary>
    /// <param name="returnTo">A page of the console.</param>
    public static string FreshAddress(string returnTo) =>
        $"{Path}?{FreshParameter}=yes&{ReturnPath.Parameter}={Uri.EscapeDataString(returnTo)}";

    public async Task<IResult> BeginAsync(
        HttpContext http,
        SignInDispatcher signIn,
        OrganizationDirectory organizations,
        CancellationToken ct
    )
    {
        if (OrganizationHost.Of(http) is not null) // the console lives on the base host alone
            return new SeeOther(options.Issuer + http.Request.Path + http.Request.QueryString);
        var query = http.Request.Query;
        var browser = Base64Url.Encode(RandomNumberGenerator.GetBytes(32));
        var way = new Way(ReturnPath.Of(query[ReturnPath.Parameter]), Convert.ToHexStringLower(Hash(browser)));
        var named = query[OrganizationParameter] is [{ Length: > 0 and <= 100 } text]
            ? await organizations.FindBySlugOrCodeAsync(text, ct)
            : null;
        http.Response.Cookies.Append(names.For(BrowserCookie), browser, names.Options(SameSiteMode.Lax, WayLife));
        return await signIn.BeginAsync(
            http,
            new SignInRequest(
                ProtocolName,
                ProtocolName,
                "Anteroom console",
                OrganizationId.Platform,
                named?.Id,
                JsonSerializer.Serialize(way, WayJson.Default.Way),
                options.Issuer + ArrivalPath,
                LoginHint: null,
                query[FreshParameter].Count > 0 ? Interaction.Reauthenticate : Interaction.AsNeeded,
                ConsoleSessions.Absolute,
                AcrValues: null,
                ExpectedSubject: null
            )
            {
                WantsLocal = query[LocalParameter].Count > 0,
            },
            ct
        );
    }

    public async Task<IResult> CompleteAsync(
        Transaction transaction,
        SignInRequest request,
        Session session,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var user = await UserStore.FindAsync(transaction, session.User, ct);
        var way = JsonSerializer.Deserialize(request.State, WayJson.Default.Way)!;
        if (ConsoleAdmission.Refusal(user?.Role.Permissions ?? [], session.Evidence) is { } reason)
            return Refused(session, user?.UserName, reason);
        var arrival = sessions.Begin(transaction, session, Convert.FromHexString(way.Browser), now);
        return new SeeOther(
            $"{options.Issuer}{ArrivalPath}?{ArrivalParameter}={arrival.Reveal()}&{ReturnPath.Parameter}={Uri.EscapeDataString(way.Return)}"
        );
    }

    /// <summary>Nobody asks for the console without pages.</summary>
    public IResult? Refuse(SignInRequest request, SignInRefusal refusal) => null;

    public async Task<IResult> ArriveAsync(HttpContext http, CancellationToken ct)
    {
        PagePolicy.Of(http).HideReferrer();
        var browser = http.Request.Cookies[names.For(BrowserCookie)];
        if (browser is not { Length: <= 64 } || !await sessions.ArriveAsync(http, http.Request.Query[ArrivalParameter], Hash(browser), ct))
            return problems.For(ReasonCodes.TransactionMissing, tryAgain: ReturnPath.Default);
        http.Response.Cookies.Delete(names.For(BrowserCookie), names.Options(SameSiteMode.Lax, TimeSpan.Zero));
        return new SeeOther(ReturnPath.Of(http.Request.Query[ReturnPath.Parameter]));
    }

    private PageResult Refused(Session session, string? userName, string reason) =>
        new(async http =>
        {
            var context = http.AuditContext(new Actor(ActorKind.User, session.User.Value, userName), session.Id.Value);
            var entry = new AuditEntry("console.refused", AuditResult.Refused, reason);
            await audit.RecordRefusalAsync(session.Organization, context, entry, http.RequestAborted);
            await problems.For(reason, tryAgain: $"{Path}?{FreshParameter}=yes").ExecuteAsync(http);
        });

    private static byte[] Hash(string browser) => SHA256.HashData(Encoding.ASCII.GetBytes(browser));

    /// <param name="Return">Where to go then.</param>
    /// <param name="Browser">SHA-256 of the secret in the browser's cookie, in hex.</param>
    internal sealed record Way(string Return, string Browser);
}

[JsonSerializable(typeof(ConsoleSignIn.Way))]
internal sealed partial class WayJson : JsonSerializerContext;
