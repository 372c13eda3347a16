using System.Globalization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Mail;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Operating;

/// <summary>How mails leave the installation, and a test that says what is wrong with it.</summary>
internal static class MailPage
{
    private const string Path = "/mail";
    private const string Address = "/console/mail";
    private const string Way = "transport";
    private const string SenderAddress = "senderAddress";
    private const string SenderName = "senderName";
    private const string Host = "smtp.host";
    private const string Port = "smtp.port";
    private const string StartTls = "smtp.startTls";
    private const string UserName = "smtp.userName";
    private const string Password = "smtp.password";
    private const string Cloud = "graph.cloud";
    private const string Tenant = "graph.tenantId";
    private const string Client = "graph.clientId";
    private const string ClientSecret = "graph.clientSecret";
    private const string To = "to";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("mailSettings.get");
        console.MapPost(Path, SaveAsync).Operation("mailSettings.put");
        console.MapPost(Path + "/test", TestAsync).Operation("mailSettings.test");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        MailSettingsStore store,
        CloudStore clouds,
        MailWays ways,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var settings = await store.ReadAsync(ct);
        return Page(http, pages, Form(http, pages, await clouds.ListAsync(ct), settings, ValuesOf(settings)), ways, [], "", null);
    }

    private static async Task<IResult> SaveAsync(
        HttpContext http,
        MailSettingsStore store,
        CloudStore clouds,
        MailWays ways,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var known = await clouds.ListAsync(ct);
        return await pages.EditAsync(
                http,
                async () => (MailSettings?)await store.ReadAsync(ct),
                (settings, typed) => Form(http, pages, known, settings, typed ?? ValuesOf(settings)),
                KeepAsync,
                ct
            ) ?? problems.NotFound();

        async Task<IResult?> KeepAsync(MailSettings settings, Edit edit)
        {
            if (!Draft(edit.Typed, pages).TryGet(out var draft, out var fault))
                return Faulty(fault);
            var saved = await store.SaveAsync(draft, settings.Version, http.Audit(), ct);
            if (saved.TryGet(out _, out var refusal))
                return ConsolePages.Back(Address, "mail.saved");
            return refusal.Code == ReasonCodes.VersionMismatch ? null : Faulty(FormFault.Of(refusal.Code, refusal.Detail));

            IResult Faulty(FormFault found) => Page(http, pages, found.On(edit.Page), ways, [], "", null);
        }
    }

    private static async Task<IResult> TestAsync(
        HttpContext http,
        MailSettingsStore store,
        CloudStore clouds,
        TestMail test,
        MailWays ways,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = (await FormValues.TypedAsync(http, ct))[To];
        var settings = await store.ReadAsync(ct);
        var form = Form(http, pages, await clouds.ListAsync(ct), settings, ValuesOf(settings));
        return EmailAddress.TryParse(typed, out var to)
            ? Page(http, pages, form, ways, await test.RunAsync(to, http.Audit(), ct), typed, null)
            : Page(http, pages, form, ways, [], typed, pages["Mail.ToFault"]);
    }

    private static IResult Page(
        HttpContext http,
        ConsolePages pages,
        FormPage form,
        MailWays ways,
        IReadOnlyList<MailTestStep> tested,
        string typed,
        string? fault
    ) =>
        pages.Show(
            "Mail",
            new MailModel(form.Frame, form, ways.DeliversToFolder, tested, typed, fault, http.Caller().May("mailSettings.test")),
            form.IsFaulty || fault is not null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
        );

    private static Result<MailSettingsDraft, FormFault> Draft(FormValues typed, ConsolePages pages)
    {
        var way = typed[Way] switch
        {
            "smtp" => MailWay.Smtp,
            "graph" => MailWay.Graph,
            _ => MailWay.None,
        };
        var port = 0;
        if (way == MailWay.Smtp && !int.TryParse(typed[Port], NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return new FormFault(Port, pages["Mail.PortFault"]);
        var tenant = Guid.Empty;
        if (way == MailWay.Graph && !Guid.TryParse(typed[Tenant], out tenant))
            return new FormFault(Tenant, pages["Mail.TenantFault"]);
        return new MailSettingsDraft(
            way,
            typed.OrNull(SenderAddress),
            typed.OrNull(SenderName),
            way == MailWay.Smtp ? new(typed[Host], port, typed.IsOn(StartTls), typed.OrNull(UserName), SecretOf(Password)) : null,
            way == MailWay.Graph ? new(typed[Cloud], tenant, typed[Client], SecretOf(ClientSecret)) : null
        );

        Secret? SecretOf(string name) => typed.OrNull(name) is { } text ? new Secret(text) : null;
    }

    private static FormValues ValuesOf(MailSettings settings) =>
        new([
            KeyValuePair.Create(Way, settings.Transport.ToString().ToLowerInvariant()),
            KeyValuePair.Create(SenderAddress, settings.SenderAddress ?? ""),
            KeyValuePair.Create(SenderName, settings.SenderName ?? ""),
            KeyValuePair.Create(Host, settings.Smtp?.Host ?? ""),
            KeyValuePair.Create(Port, (settings.Smtp?.Port ?? SmtpSettings.SubmissionPort).ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create(StartTls, settings.Smtp?.StartTls ?? true ? Field.On : ""),
            KeyValuePair.Create(UserName, settings.Smtp?.UserName ?? ""),
            KeyValuePair.Create(Cloud, settings.Graph?.Cloud ?? Entra.Providers.Cloud.Global.Key),
            KeyValuePair.Create(Tenant, settings.Graph?.TenantId.ToString("D") ?? ""),
            KeyValuePair.Create(Client, settings.Graph?.ClientId ?? ""),
        ]);

    private static FormPage Form(
        HttpContext http,
        ConsolePages pages,
        IReadOnlyList<CloudEntry> clouds,
        MailSettings settings,
        FormValues values
    )
    {
        var locked = http.Caller().May("mailSettings.put") ? null : pages["Locked.Reader"];
        var (smtp, graph) = (
            new FormSection(pages["Mail.Way.Smtp"], pages["Mail.Smtp.Words"]),
            new FormSection(pages["Mail.Way.Graph"], pages["Mail.Graph.Words"])
        );
        return new(
            pages.Frame(http, pages["Nav.Mail"], Address),
            [
                Of(Way, "Mail.Way") with
                {
                    Kind = FieldKind.Choice,
                    Help = pages["Mail.Way.Help"],
                    Options = [("none", pages["Mail.Way.None"]), ("smtp", pages["Mail.Way.Smtp"]), ("graph", pages["Mail.Way.Graph"])],
                },
                Of(SenderAddress, "Mail.SenderAddress") with
                {
                    Kind = FieldKind.Email,
                    Help = pages["Mail.SenderAddress.Help"],
                },
                Of(SenderName, "Mail.SenderName") with
                {
                    Longest = 100,
                },
                Of(Host, "Mail.Host") with
                {
                    Section = smtp,
                    Verbatim = true,
                    Help = pages["Mail.Host.Help"],
                },
                Of(Port, "Mail.Port") with
                {
                    Section = smtp,
                    Kind = FieldKind.Number,
                    Help = pages["Mail.Port.Help"],
                },
                Of(StartTls, "Mail.StartTls") with
                {
                    Section = smtp,
                    Kind = FieldKind.Switch,
                    Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
                },
                Of(UserName, "Mail.UserName") with
                {
                    Section = smtp,
                    Verbatim = true,
                },
                Kept(Password, "Mail.Password", settings.Smtp?.Password) with
                {
                    Section = smtp,
                },
                Of(Cloud, "Mail.Cloud") with
                {
                    Section = graph,
                    Kind = FieldKind.Choice,
                    Options = [.. clouds.Select(entry => (entry.Cloud.Key, entry.Name))],
                },
                Of(Tenant, "Mail.Tenant") with
                {
                    Section = graph,
                    Verbatim = true,
                },
                Of(Client, "Mail.Client") with
                {
                    Section = graph,
                    Verbatim = true,
                },
                Kept(ClientSecret, "Mail.ClientSecret", settings.Graph?.ClientSecret) with
                {
                    Section = graph,
                },
            ],
            pages["Save"],
            Address
        )
        {
            Lead = pages["Mail.Lead"],
            IsEdit = true,
            IsReadOnly = locked is not null,
        };

        Field Of(string name, string words) => new(name, pages[words], values[name]) { Locked = locked };

        Field Kept(string name, string words, StoredSecret? secret) =>
            new(name, pages[words], "")
            {
                Kind = FieldKind.Secret,
                Longest = 1000,
                Locked = locked,
                Help = secret is null
                    ? null
                    : pages["Mail.Kept", secret.Last4, secret.SetAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)],
            };
    }
}

/// <param name="DeliversToFolder">All mails go into a folder, by the configuration at start, whatever is set here.</param>
/// <param name="Tested">What the test found.</param>
/// <param name="Typed">Where the test mail goes.</param>
internal sealed record MailModel(
    ConsoleFrame Frame,
    FormPage Form,
    bool DeliversToFolder,
    IReadOnlyList<MailTestStep> Tested,
    string Typed,
    string? Fault,
    bool MayTest
) : IConsolePage;
