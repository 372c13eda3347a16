using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>A connection by the operator's app registration, made and changed: without any id of the customer's (HEC-17).</summary>
internal static class SharedForm
{
    private const string New = ConnectionPages.Path + "/new-shared";
    private const string Change = ConnectionPages.Path + "/{id}/shared";
    private const string Name = "name";
    private const string Cloud = "cloud";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(New, NewAsync).Operation("connections.create");
        console.MapPost(New, CreateAsync).Operation("connections.create");
        console.MapGet(Change, EditAsync).Operation("connections.update");
        console.MapPost(Change, ChangeAsync).Operation("connections.update");
    }

    public static MainAction Entrance(Organization room, ConsolePages pages) =>
        new(pages["Shared.New"], Navigation.Of(room, "connections/new-shared"), "plug-connected");

    /// <summary>What there is to choose from: clouds that an operator's app serves, roles that give no permissions.</summary>
    private sealed record Choices(IReadOnlyList<CloudEntry> Clouds, IReadOnlyList<Role> Roles)
    {
        public string First => Clouds is [var served, ..] ? served.Cloud.Key : "";
    }

    private static async Task<IResult> NewAsync(
        HttpContext http,
        SharedRegistrations shared,
        CloudStore clouds,
        Database database,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var choices = await ChoicesAsync(http, shared, clouds, database, ct);
        var values = ValuesOf("Microsoft Entra ID", AdmissionFields.SettingsOf(http.Room()!.Settings.NextConnection), choices.First);
        return pages.Form(Form(http, pages, choices, null, values));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        ChangeSecurity security,
        OrganizationDirectory organizations,
        SharedRegistrations shared,
        CloudStore clouds,
        Database database,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var page = Form(http, pages, await ChoicesAsync(http, shared, clouds, database, ct), null, typed);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var room = await organizations.ReadAsync(http.Room()!.Id, ct) ?? http.Room()!;
        var (policy, autoConnect) = (room.Settings.SignIn, room.Settings.NextConnection.AutoConnect);
        var made = await security.ConnectAsync(room, policy, autoConnect, DraftOf(typed, null), http.Audit(), ct);
        if (!made.TryGet(out var connection, out var refusal))
            return pages.Form(ConnectionForms.Faulty(page, refusal));
        await security.ActivateAsync(room, connection, http.Audit(), ct); // else its page says what is in the way
        return ConsolePages.Back(TenantPages.AddressOf(http, connection), "connection.shared");
    }

    private static async Task<IResult> EditAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        SharedRegistrations shared,
        CloudStore clouds,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
            ? pages.Form(Form(http, pages, await ChoicesAsync(http, shared, clouds, database, ct), connection, ValuesOf(connection)))
            : problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        SaveConnection save,
        ConnectionStore connections,
        SharedRegistrations shared,
        CloudStore clouds,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var choices = await ChoicesAsync(http, shared, clouds, database, ct);
        return await pages.EditAsync(
                http,
                () => FindAsync(http, connections, id, ct),
                (connection, typed) => Form(http, pages, choices, connection, typed ?? ValuesOf(connection)),
                (connection, edit) => ConnectionForms.SaveAsync(http, save, pages, connection, edit, DraftOf, ct),
                ct
            ) ?? problems.NotFound();
    }

    private static async Task<Connection?> FindAsync(HttpContext http, ConnectionStore connections, string id, CancellationToken ct) =>
        await ConnectionPages.FindAsync(http, connections, id, ct) is { Settings.Registration: Registration.Shared } connection
            ? connection
            : null;

    private static async Task<Choices> ChoicesAsync(
        HttpContext http,
        SharedRegistrations shared,
        CloudStore clouds,
        Database database,
        CancellationToken ct
    )
    {
        var served = SharedRegistrations.Served(await shared.ListAsync(ct), await clouds.ListAsync(ct));
        return new(served, await AdmissionFields.RolesAsync(http, database, ct));
    }

    /// <param name="current">What the form does not ask about stays as it is there.</param>
    private static ConnectionDraft DraftOf(FormValues typed, Connection? current)
    {
        var settings = current?.Settings ?? new ConnectionSettings { ClientId = "" };
        return new(
            typed[Name],
            ConnectionKind.Entra,
            Tenant: null,
            ClientSecret: null,
            AdmissionFields.Apply(SecondFactorFields.Apply(settings, typed), typed) with
            {
                Registration = Registration.Shared,
                Cloud = typed.OrNull(Cloud),
                CallbackStyle = CallbackStyle.Central,
            }
        );
    }

    private static FormValues ValuesOf(Connection connection) =>
        ValuesOf(connection.Name, connection.Settings, connection.Settings.Cloud ?? "");

    private static FormValues ValuesOf(string name, ConnectionSettings settings, string cloud) =>
        new([
            KeyValuePair.Create(Name, name),
            KeyValuePair.Create(Cloud, cloud),
            .. AdmissionFields.ValuesOf(settings),
            .. SecondFactorFields.ValuesOf(settings),
        ]);

    private static FormPage Form(HttpContext http, ConsolePages pages, Choices choices, Connection? connection, FormValues values)
    {
        var list = Navigation.Of(http.Room()!, "connections");
        return new(
            connection is null
                ? pages.Frame(http, pages["Shared.New"], list, new Crumb(pages["Nav.SingleSignOn"], list))
                : ConnectionPages.FrameOf(http, pages, connection, pages["Shared.Edit"]),
            [
                Of(Name, "Field.Name") with
                {
                    Required = true,
                    Longest = 100,
                    Help = pages["Connections.Name.Help"],
                },
                Of(Cloud, "Mail.Cloud") with
                {
                    Kind = FieldKind.Choice,
                    Help = choices.Clouds.Count == 0 ? pages["Shared.NoCloud"] : null,
                    Options = [.. choices.Clouds.Select(entry => (entry.Cloud.Key, entry.Name))],
                },
                .. AdmissionFields.Of(pages, values),
                AdmissionFields.RoleOf(pages, values, choices.Roles),
                .. SecondFactorFields.Of(pages, values),
            ],
            pages[connection is null ? "Connections.Create" : "Save"],
            connection is null ? list : ConnectionPages.AddressOf(http, connection)
        )
        {
            Lead = pages["Shared.Lead"],
            IsEdit = connection is not null,
        };

        Field Of(string name, string words) => new(name, pages[words], values[name]);
    }
}
