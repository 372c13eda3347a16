using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Console.Integrations;

/// <summary>Where an operator approves connections, its administrator only tells two ids; all else is what the operator's guide says to register.</summary>
internal static class IntakeForm
{
    private const string Path = ConnectionPages.Path + "/intake";
    private const string Client = "clientId";
    private const string Tenant = "tenantId";
    private const string Cloud = "cloud";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("connections.create");
        console.MapPost(Path, SubmitAsync).Operation("connections.create");
    }

    public static MainAction Entrance(Organization room, ConsolePages pages) =>
        new(pages["Intake.Title"], Navigation.Of(room, "connections/intake"), "mail");

    private static async Task<IResult> ShowAsync(HttpContext http, CloudStore clouds, ConsolePages pages, CancellationToken ct) =>
        pages.Form(
            Form(http, pages, await clouds.ListAsync(ct), new([KeyValuePair.Create(Cloud, Anteroom.Entra.Providers.Cloud.Global.Key)]))
        );

    private static async Task<IResult> SubmitAsync(
        HttpContext http,
        ChangeSecurity security,
        ChangeConnectionState change,
        OrganizationDirectory organizations,
        CloudStore clouds,
        OrganizationHosts hosts,
        InstallationSettings installation,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var room = await organizations.ReadAsync(http.Room()!.Id, ct) ?? http.Room()!;
        var typed = await FormValues.TypedAsync(http, ct);
        var page = Form(http, pages, await clouds.ListAsync(ct), typed);
        foreach (var name in (string[])[Client, Tenant])
            if (PastedId.Clean(typed[name]) is null)
                page = new FormFault(name, pages["Intake.NoId"]).On(page);
        if (page.IsFaulty)
            return pages.Form(page);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;

        var (policy, next) = (room.Settings.SignIn, room.Settings.NextConnection);
        var draft = DraftOf(typed, pages, installation.Current, next, hosts.OwnOriginOf(room) is not null);
        var made = await security.ConnectAsync(room, policy, next.AutoConnect, draft, http.Audit(), ct);
        if (!made.TryGet(out var connection, out var refusal))
            return pages.Form(Faulty(page, refusal));
        var submitted = await change.HandleAsync(
            room,
            connection.Id,
            ConnectionStep.Submit,
            http.Caller().IsOperator,
            withoutTest: null,
            http.Audit(),
            ct
        );
        return submitted.TryGet(out _, out var unsent)
            ? ConsolePages.Back(ConnectionPages.AddressOf(http, connection), "connection.Submit")
            : pages.Form(Faulty(page, unsent));
    }

    /// <summary>
    /// What the operators chose for all: without any secret, by default a browser's client, and accounts are made beforehand (IMP-10, IMP-14).
    /// Who may come in, the organization has said on the page Security, if anywhere.
    /// </summary>
    private static ConnectionDraft DraftOf(
        FormValues typed,
        ConsolePages pages,
        OperatorSettings preset,
        NextConnection next,
        bool hasOwnHost
    ) =>
        new(
            pages["Provider.Entra"],
            ConnectionKind.Entra,
            PastedId.Clean(typed[Tenant]),
            ClientSecret: null,
            new ConnectionSettings
            {
                Cloud = typed.OrNull(Cloud),
                ClientId = PastedId.Clean(typed[Client])!,
                ClientKind = preset.IntakeMode == OperatorSettings.IdToken ? ClientKind.Confidential : ClientKind.Browser,
                ResponseMode = preset.IntakeMode == OperatorSettings.IdToken ? ResponseMode.IdToken : ResponseMode.Code,
                CallbackStyle = hasOwnHost ? CallbackStyle.OrganizationHost : CallbackStyle.Central,
                AuthorizedDomains = next.AuthorizedDomains,
                Provisioning =
                    preset.IntakeAccountRequired || next.AccountRequired ? ProvisioningMode.RequireExisting : ProvisioningMode.Create,
            }
        );

    private static FormPage Form(HttpContext http, ConsolePages pages, IReadOnlyList<CloudEntry> clouds, FormValues values)
    {
        var list = Navigation.Of(http.Room()!, "connections");
        return new(
            pages.Frame(http, pages["Intake.Title"], list, new Crumb(pages["Nav.SingleSignOn"], list)),
            [
                Id(Client, "Intake.Client"),
                Id(Tenant, "Intake.Tenant"),
                new(Cloud, pages["Mail.Cloud"], values[Cloud])
                {
                    Kind = FieldKind.Choice,
                    Options = [.. clouds.Select(entry => (entry.Cloud.Key, entry.Name))],
                },
            ],
            pages["Intake.Submit"],
            list
        )
        {
            Lead = pages["Intake.Lead"],
        };

        Field Id(string name, string words) =>
            new(name, pages[words], values[name])
            {
                Required = true,
                Verbatim = true,
                Longest = 100,
                Help = pages[words + ".Help"],
            };
    }

    private static FormPage Faulty(FormPage page, ConnectionRefusal refusal) =>
        FormFault.Of(refusal.Code, refusal.Detail, refusal.Code == ReasonCodes.TenantNotFound ? Tenant : null).On(page);
}
