using Anteroom.Protocols.Primitives;
using Anteroom.Server.Mail;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Api;

internal sealed record MailSettingsBody(
    MailWay Transport,
    string? SenderAddress = null,
    string? SenderName = null,
    SmtpBody? Smtp = null,
    GraphMailBody? Graph = null
);

internal sealed record SmtpBody(
    string Host,
    int Port = SmtpSettings.SubmissionPort,
    bool StartTls = true,
    string? UserName = null,
    string? Password = null
);

internal sealed record GraphMailBody(string TenantId, string ClientId, string? ClientSecret = null, string Cloud = "global");

internal sealed record MailTestBody(string To);

internal sealed record MailTestView(IReadOnlyList<MailTestStep> Steps);

internal sealed record SmtpView(string Host, int Port, bool StartTls, string? UserName, SecretView? Password);

internal sealed record GraphMailView(string Cloud, string TenantId, string ClientId, SecretView? ClientSecret);

/// <summary>The mail settings as they are shown; secrets only by their end and their date (SEC-267).</summary>
/// <param name="DeliversToFolder">The operator's configuration at start lays all mails into a folder, whatever the settings say.</param>
internal sealed record MailSettingsView(
    MailWay Transport,
    string? SenderAddress,
    string? SenderName,
    SmtpView? Smtp,
    GraphMailView? Graph,
    bool DeliversToFolder
)
{
    public static MailSettingsView Of(MailSettings settings, bool deliversToFolder) =>
        new(
            settings.Transport,
            settings.SenderAddress,
            settings.SenderName,
            settings.Smtp is { } smtp ? new(smtp.Host, smtp.Port, smtp.StartTls, smtp.UserName, Secret(smtp.Password)) : null,
            settings.Graph is { } graph ? new(graph.Cloud, graph.TenantId.ToString("D"), graph.ClientId, Secret(graph.ClientSecret)) : null,
            deliversToFolder
        );

    private static SecretView? Secret(StoredSecret? stored) => stored is null ? null : new(stored.Last4, stored.SetAt);
}

/// <summary>How mails leave the installation.</summary>
internal static class MailSettingsEndpoints
{
    private const string Path = "/mail-settings";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, GetAsync).Operation("mailSettings.get").Produces<MailSettingsView>();
        api.MapPut(Path, PutAsync).Operation("mailSettings.put").Accepts<MailSettingsBody>("application/json").Produces<MailSettingsView>();
        api.MapPost(Path + "/test", TestAsync)
            .Operation("mailSettings.test")
            .Accepts<MailTestBody>("application/json")
            .Produces<MailTestView>();
    }

    private static async Task<IResult> GetAsync(HttpContext http, MailSettingsStore store, MailWays ways, CancellationToken ct) =>
        Answer(http, await store.ReadAsync(ct), ways);

    private static async Task<IResult> PutAsync(HttpContext http, MailSettingsStore store, MailWays ways, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<MailSettingsBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var tenant = Guid.Empty;
        if (body.Graph is not null && !Guid.TryParseExact(body.Graph.TenantId, "D", out tenant))
            return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "graph.tenantId is the Directory (tenant) ID, a GUID.");
        var draft = new MailSettingsDraft(
            body.Transport,
            body.SenderAddress,
            body.SenderName,
            body.Smtp is { } smtp ? new(smtp.Host, smtp.Port, smtp.StartTls, smtp.UserName, Secret(smtp.Password)) : null,
            body.Graph is { } graph ? new(graph.Cloud, tenant, graph.ClientId, Secret(graph.ClientSecret)) : null
        );
        var saved = await store.SaveAsync(draft, version: null, http.ApiAudit(), ct);
        return saved.TryGet(out var settings, out var refusal)
            ? Answer(http, settings, ways)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> TestAsync(HttpContext http, TestMail test, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<MailTestBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        return EmailAddress.TryParse(body.To, out var to)
            ? ApiResults.Ok(new MailTestView(await test.RunAsync(to, http.ApiAudit(), ct)))
            : ApiResults.Problem(http, ReasonCodes.ValidationFailed, "to is one mail address, such as ada@example.com.");
    }

    private static IResult Answer(HttpContext http, MailSettings settings, MailWays ways) =>
        ApiResults.Versioned(http, MailSettingsView.Of(settings, ways.DeliversToFolder), settings.Version);

    private static Secret? Secret(string? text) => text is null ? null : new(text);
}
