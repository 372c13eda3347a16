using Anteroom.Protocols.OAuth;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>Where a person lets a device in (RFC 8628 §3.3): types its code, signs in, and says yes or no. In this order, and also when a link brought the code (§5.4).</summary>
internal sealed class VerificationEndpoints(
    DeviceAuthorizations devices,
    ApplicationStore applications,
    OrganizationDirectory organizations,
    SessionStore sessions,
    SignInDispatcher dispatcher,
    AnswerDevice answers,
    DeviceTickets tickets,
    UserCodeLimiter limiter,
    AuditTrail audit,
    FormGuard forms,
    SignInPages pages,
    ProblemPages problems,
    AnteroomOptions options,
    TimeProvider clock
)
{
    /// <summary>Query parameter and form field of the user code (RFC 8628 §3.3.1).</summary>
    public const string UserCodeField = DeviceModel.FieldName;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            OidcPaths.DeviceVerification,
            (HttpContext http, VerificationEndpoints device, CancellationToken ct) => device.ShowAsync(http, ct)
        );
        routes.MapPost(
            OidcPaths.DeviceVerification,
            (HttpContext http, VerificationEndpoints device, CancellationToken ct) => device.EnterAsync(http, ct)
        );
        routes.MapGet(
            OidcPaths.DeviceConfirmation,
            (HttpContext http, VerificationEndpoints device, CancellationToken ct) => device.AskAsync(http, ct)
        );
        routes.MapPost(
            OidcPaths.DeviceConfirmation,
            (HttpContext http, VerificationEndpoints device, CancellationToken ct) => device.AnswerAsync(http, ct)
        );
    }

    /// <summary>Shows the field. A code in the address is filled in and no more: nothing is looked up before somebody presses the button.</summary>
    private Task<IResult> ShowAsync(HttpContext http, CancellationToken ct)
    {
        PagePolicy.Of(http).HideReferrer(); // the address may carry a code
        var linked = UserCode.TryParse(http.Request.Query[UserCodeField], out var code);
        return PageAsync(linked ? code!.ToString() : null, linked, UserCodeError.None, ct);
    }

    private async Task<IResult> EnterAsync(HttpContext http, CancellationToken ct)
    {
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);

        var typed = (await http.Request.ReadFormAsync(ct))[UserCodeField].ToString().Trim();
        if (typed.Length == 0)
            return await PageAsync(null, linked: false, UserCodeError.Missing, ct);
        if (!limiter.Admit(http.Network()))
        {
            await RecordRefusalAsync(http, ReasonCodes.TooManyRequests, ct);
            return await PageAsync(Shortened(typed), linked: false, UserCodeError.TooManyTries, ct);
        }
        if (!UserCode.TryParse(typed, out var code) || await FindWaitingAsync(code, ct) is not { } waiting)
        {
            await RecordRefusalAsync(http, ReasonCodes.UserCodeUnknown, ct);
            return await PageAsync(Shortened(typed), linked: false, UserCodeError.Unknown, ct);
        }
        return await dispatcher.BeginAsync(
            http,
            DeviceProtocol.Request(code, waiting.Application, options.Issuer, Interaction.AsNeeded),
            ct
        );
    }

    private async Task<IResult> AskAsync(HttpContext http, CancellationToken ct)
    {
        PagePolicy.Of(http).HideReferrer(); // the address carries the ticket
        var text = http.Request.Query[DeviceProtocol.TicketField].ToString();
        var opened = await OpenAsync(http, text, ct);
        if (opened.Question is not { } question)
            return opened.Problem!;

        var live = question.Live;
        var model = new ConfirmDeviceModel(
            problems.Frame(await organizations.GetAsync(live.Session.Organization, ct), question.Application.Name),
            new(OidcPaths.DeviceConfirmation, [new(DeviceProtocol.TicketField, text), new(FormGuard.FieldName, forms.TokenFor(http))]),
            question.Application.Name,
            question.Code.ToString(),
            live.DisplayName ?? live.UserName,
            live.OrganizationName
        );
        var hosts = await dispatcher.LoginHostsAsync(ct);
        return new PageResult(context => pages.ConfirmDeviceAsync(context, model, hosts));
    }

    private async Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct)
    {
        PagePolicy.Of(http).HideReferrer();
        if (!await forms.IsOurFormAsync(http))
            return problems.For(ReasonCodes.ForgerySuspected);

        var form = await http.Request.ReadFormAsync(ct);
        var opened = await OpenAsync(http, form[DeviceProtocol.TicketField].ToString(), ct);
        if (opened.Question is not { } question)
            return opened.Problem!;

        var (code, device, application, live) = question;
        var session = live.Session;
        var context = http.AuditContext(new Actor(ActorKind.User, session.User.Value, live.UserName), session.Id.Value);
        var frame = problems.Frame(await organizations.GetAsync(session.Organization, ct), application.Name);
        return form[ConfirmDeviceModel.FieldName].ToString() switch
        {
            ConfirmDeviceModel.Yes => Done(await answers.ApproveAsync(code, device, application, session, context, ct), approved: true),
            ConfirmDeviceModel.No => Done(await answers.DenyAsync(code, device, application, session, context, ct), approved: false),
            ConfirmDeviceModel.AnotherAccount => await dispatcher.BeginAsync(
                http,
                DeviceProtocol.Request(code, application, options.Issuer, Interaction.SelectAccount),
                ct
            ),
            _ => problems.For(ReasonCodes.RequestInvalid),
        };

        IResult Done(string? refused, bool approved) =>
            refused is null
                ? new PageResult(page => pages.DeviceAnsweredAsync(page, new(frame, application.Name, approved)))
                : problems.For(refused, frame, refused == ReasonCodes.UserCodeUnknown ? OidcPaths.DeviceVerification : null);
    }

    private sealed record Waiting(DeviceAuthorization Device, Application Application);

    private sealed record Question(UserCode Code, DeviceAuthorization Device, Application Application, LiveSession Live);

    private sealed record Opened(Question? Question, IResult? Problem);

    /// <summary>The question of a ticket, in the browser of its session alone.</summary>
    private async Task<Opened> OpenAsync(HttpContext http, string text, CancellationToken ct)
    {
        if (tickets.Read(text) is not { } ticket)
            return new(null, problems.For(ReasonCodes.TransactionMissing));
        var live = (await sessions.FromCookiesAsync(http, clock.GetUtcNow(), ct)).FirstOrDefault(session =>
            session.Session.Id == ticket.Session
            && session.Session.Organization == ticket.Organization
            && session.Channels.Contains(Channels.Web) // the page that says yes is one of ours
        );
        if (live is null)
            return new(null, problems.For(ReasonCodes.SessionEnded, tryAgain: OidcPaths.DeviceVerification));
        return await FindWaitingAsync(ticket.Code, ct) is { } waiting && waiting.Application.Serves(ticket.Organization)
            ? new(new(ticket.Code, waiting.Device, waiting.Application, live), null)
            : new(null, problems.For(ReasonCodes.UserCodeUnknown, tryAgain: OidcPaths.DeviceVerification));
    }

    /// <summary>A device that waits, of an application that still works.</summary>
    private async Task<Waiting?> FindWaitingAsync(UserCode code, CancellationToken ct) =>
        await devices.FindAsync(code, ct) is { } device
        && device.IsWaitingAt(clock.GetUtcNow())
        && await applications.FindByClientIdAsync(device.ClientId, ct) is { DisabledAt: null } application
        && await organizations.GetAsync(application.Organization, ct) is { IsActive: true }
            ? new(device, application)
            : null;

    // Whose device it might have been, nobody knows.
    private Task<bool> RecordRefusalAsync(HttpContext http, string reason, CancellationToken ct) =>
        audit.RecordRefusalAsync(
            OrganizationHost.Of(http)?.Organization ?? OrganizationId.Platform,
            http.AuditContext(Actor.Anonymous),
            new("device.refused", AuditResult.Refused, reason),
            ct
        );

    private async Task<IResult> PageAsync(string? typed, bool linked, UserCodeError error, CancellationToken ct)
    {
        var hosts = await dispatcher.LoginHostsAsync(ct);
        return new PageResult(http =>
            pages.DeviceAsync(
                http,
                new(
                    problems.Frame(),
                    new(OidcPaths.DeviceVerification, [new(FormGuard.FieldName, forms.TokenFor(http))]),
                    typed,
                    linked,
                    error
                ),
                hosts
            )
        );
    }

    private static string Shortened(string typed) => typed.Length > UserCode.MaxTypedLength ? typed[..UserCode.MaxTypedLength] : typed;
}
