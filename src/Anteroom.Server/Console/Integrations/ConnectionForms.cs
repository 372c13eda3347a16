using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Integrations;

/// <summary>A connection to an Entra tenant by the customer's own app registration, made and changed; what is rare is left to the API.</summary>
internal static class ConnectionForms
{
    private const string Name = "name";
    private const string Cloud = "cloud";
    private const string Tenant = "tenantId";
    private const string Client = "clientId";
    private const string Credential = "credential";
    private const string Mode = "responseMode";
    private const string Style = "callbackStyle";
    private const string FirstLink = "firstLink";
    private const string Browser = "browser";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(ConnectionPages.Path + "/new", NewAsync).Operation("connections.create");
        console.MapPost(ConnectionPages.Path + "/new", CreateAsync).Operation("connections.create");
        console.MapGet(ConnectionPages.Path + "/{id}/edit", EditAsync).Operation("connections.update");
        console.MapPost(ConnectionPages.Path + "/{id}/edit", ChangeAsync).Operation("connections.update");
    }

    /// <summary>What a form offers to choose from.</summary>
    private sealed record Choices(IReadOnlyList<CloudEntry> Clouds, IReadOnlyList<Role> Roles, bool MayBeFederated);

    private static async Task<IResult> NewAsync(
        HttpContext http,
        CloudStore clouds,
        Database database,
        ConsolePages pages,
        CancellationToken ct
    ) =>
        pages.Form(
            NewForm(http, pages, await ChoicesAsync(http, clouds, database, ct), ValuesOf(null, http.Room()!.Settings.NextConnection))
        );

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        ChangeSecurity security,
        OrganizationDirectory organizations,
        CloudStore clouds,
        Database database,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var typed = await FormValues.TypedAsync(http, ct);
        var page = pages.AsTyped(NewForm(http, pages, await ChoicesAsync(http, clouds, database, ct), typed), typed);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        var room = await organizations.ReadAsync(http.Room()!.Id, ct) ?? http.Room()!;
        var (policy, autoConnect) = (room.Settings.SignIn, room.Settings.NextConnection.AutoConnect);
        var made = await security.ConnectAsync(room, policy, autoConnect, DraftOf(typed, null), http.Audit(), ct);
        if (!made.TryGet(out var connection, out var refusal))
            return pages.Form(Faulty(page, refusal));
        // An address that was known before is registered already, so that nothing is left to do (HEL-15).
        var isReady =
            connection.Settings.CallbackStyle != CallbackStyle.Connection
            && room.Settings.SelfServiceActivation
            && await security.ActivateAsync(room, connection, http.Audit(), ct) is null;
        return ConsolePages.Back(ConnectionPages.AddressOf(http, connection), isReady ? "connection.Activate" : "connection.created");
    }

    private static async Task<IResult> EditAsync(
        string id,
        HttpContext http,
        ConnectionStore connections,
        CloudStore clouds,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    ) =>
        await FindAsync(http, connections, id, ct) is { } connection
            ? pages.Form(EditForm(http, pages, await ChoicesAsync(http, clouds, database, ct), connection, ValuesOf(connection)))
            : problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        string id,
        HttpContext http,
        SaveConnection save,
        ConnectionStore connections,
        CloudStore clouds,
        Database database,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var choices = await ChoicesAsync(http, clouds, database, ct);
        return await pages.EditAsync(
                http,
                () => FindAsync(http, connections, id, ct),
                (connection, typed) => EditForm(http, pages, choices, connection, typed ?? ValuesOf(connection)),
                (connection, edit) => SaveAsync(http, save, pages, connection, edit, DraftOf, ct),
                ct
            ) ?? problems.NotFound();
    }

    /// <summary>A new revision of what the editor has seen; null where somebody else was quicker, so that the editor merges.</summary>
    public static async Task<IResult?> SaveAsync(
        HttpContext http,
        SaveConnection save,
        ConsolePages pages,
        Connection connection,
        Edit edit,
        Func<FormValues, Connection, ConnectionDraft> draftOf,
        CancellationToken ct
    )
    {
        var changed = await save.ChangeAsync(
            connection.Organization,
            connection.Id,
            connection.Version,
            current => draftOf(edit.Typed, current),
            http.Audit(),
            ct,
            isOperator: http.Caller().IsOperator
        );
        if (changed.TryGet(out _, out var refusal))
            return ConsolePages.Back(ConnectionPages.AddressOf(http, connection), "connection.changed");
        return refusal.Code == ReasonCodes.VersionMismatch ? null : pages.Form(Faulty(edit.Page, refusal));
    }

    /// <summary>One to Entra; others have a form of their own.</summary>
    private static async Task<Connection?> FindAsync(HttpContext http, ConnectionStore connections, string id, CancellationToken ct) =>
        await ConnectionPages.FindAsync(http, connections, id, ct) is { Kind: ConnectionKind.Entra } connection ? connection : null;

    private static async Task<Choices> ChoicesAsync(HttpContext http, CloudStore clouds, Database database, CancellationToken ct)
    {
        var issuer = http.RequestServices.GetRequiredService<AnteroomOptions>().BaseUri;
        var known = await clouds.ListAsync(ct);
        return new(
            known,
            await AdmissionFields.RolesAsync(http, database, ct),
            known.Any(entry => FederatedTrust.Fault(issuer, entry.Cloud) is null)
        );
    }

    /// <param name="current">What the form does not ask about stays as it is there.</param>
    private static ConnectionDraft DraftOf(FormValues typed, Connection? current)
    {
        var settings = current?.Settings ?? new ConnectionSettings { ClientId = "" };
        return new(
            typed[Name],
            ConnectionKind.Entra,
            PastedId.Of(typed[Tenant]),
            SecretFields.SecretOf(typed),
            AdmissionFields.Apply(SecondFactorFields.Apply(settings, typed), typed) with
            {
                Registration = Registration.Own, // also of one that used the shared app until now (HEC-37)
                Cloud = typed.OrNull(Cloud),
                ClientId = PastedId.Of(typed[Client]) ?? "",
                ClientSecretExpiresOn = SecretFields.ExpiresOnOf(typed, settings.ClientSecretExpiresOn),
                Credential = typed[Mode] == Browser ? CredentialKind.Secret : OneOf(typed[Credential], settings.Credential),
                ClientKind = typed[Mode] == Browser ? ClientKind.Browser : ClientKind.Confidential,
                ResponseMode = typed[Mode] == Browser ? ResponseMode.Code : OneOf(typed[Mode], settings.ResponseMode),
                CallbackStyle = OneOf(typed[Style], settings.CallbackStyle),
                FirstLink = OneOf(typed[FirstLink], settings.FirstLink),
            }
        );
    }

    private static FormValues ValuesOf(Connection? connection, NextConnection? next = null)
    {
        var settings = connection?.Settings ?? AdmissionFields.SettingsOf(next);
        return new([
            KeyValuePair.Create(Name, connection?.Name ?? "Microsoft Entra ID"),
            KeyValuePair.Create(Cloud, settings.Cloud ?? Entra.Providers.Cloud.Global.Key),
            KeyValuePair.Create(Tenant, settings.TenantDomain ?? settings.TenantId?.ToString("D") ?? ""),
            KeyValuePair.Create(Client, settings.ClientId),
            SecretFields.ValueOf(settings.ClientSecretExpiresOn),
            KeyValuePair.Create(Credential, Word(settings.Credential)),
            KeyValuePair.Create(Mode, settings.ClientKind == ClientKind.Browser ? Browser : Word(settings.ResponseMode)),
            KeyValuePair.Create(Style, Word(settings.CallbackStyle)),
            .. AdmissionFields.ValuesOf(settings),
            KeyValuePair.Create(FirstLink, Word(settings.FirstLink)),
            .. SecondFactorFields.ValuesOf(settings),
        ]);
    }

    private static FormPage NewForm(HttpContext http, ConsolePages pages, Choices choices, FormValues values)
    {
        var list = Navigation.Of(http.Room()!, "connections");
        return new(
            pages.Frame(http, pages["Connections.New"], list, new Crumb(pages["Nav.SingleSignOn"], list)),
            Fields(pages, choices, null, values),
            pages["Connections.Create"],
            list
        )
        {
            Lead = pages["Connections.New.Lead"],
        };
    }

    private static FormPage EditForm(HttpContext http, ConsolePages pages, Choices choices, Connection connection, FormValues values)
    {
        return new(
            ConnectionPages.FrameOf(http, pages, connection, pages["Connections.EditTitle", connection.Name]),
            Fields(pages, choices, connection, values),
            pages["Save"],
            ConnectionPages.AddressOf(http, connection)
        )
        {
            Lead = pages["Connections.Edit.Lead"],
            IsEdit = true,
        };
    }

    private static Field[] Fields(ConsolePages pages, Choices choices, Connection? connection, FormValues values)
    {
        return
        [
            Of(Name, "Field.Name") with
            {
                Required = true,
                Longest = 100,
                Help = pages["Connections.Name.Help"],
            },
            Of(Mode, "Connections.Mode") with
            {
                Kind = FieldKind.Choice,
                Help = pages["Connections.Mode.Help"],
                Options = [.. new[] { "code", Browser, "hybrid", "idToken" }.Select(mode => (mode, pages["Connections.Mode." + mode]))],
            },
            Of(Style, "Connections.Style") with
            {
                Kind = FieldKind.Choice,
                Help = pages["Connections.Style.Help"],
                Options = [.. Enum.GetValues<CallbackStyle>().Select(style => (Word(style), pages["Connections.Style." + Word(style)]))],
            },
            Of(Cloud, "Mail.Cloud") with
            {
                Kind = FieldKind.Choice,
                Options = [.. choices.Clouds.Select(entry => (entry.Cloud.Key, entry.Name))],
            },
            Of(Tenant, "Connections.Tenant") with
            {
                Verbatim = true,
                Help = pages["Connections.Tenant.Help"],
            },
            Of(Client, "Connections.Client") with
            {
                Verbatim = true,
                Help = pages["Connections.Client.Help"],
            },
            Of(Credential, "Connections.Credential") with
            {
                Kind = FieldKind.Choice,
                Help = pages[choices.MayBeFederated ? "Connections.Credential.Help" : "Connections.Credential.HelpPrivate"],
                Options =
                [
                    .. Enum.GetValues<CredentialKind>()
                        .Where(kind => kind != CredentialKind.Federated || choices.MayBeFederated || values[Credential] == Word(kind))
                        .Select(kind => (Word(kind), pages["Connections.Credential." + Word(kind)])),
                ],
            },
            .. SecretFields.Of(pages, values, connection?.SecretLast4, connection?.SecretAt, pages["Connections.Secret.Help"]),
            .. AdmissionFields.Of(pages, values),
            Of(FirstLink, "Connections.FirstLink") with
            {
                Kind = FieldKind.Choice,
                Help = pages["Connections.FirstLink.Help"],
                Options = [.. Enum.GetValues<FirstLinkName>().Select(name => (Word(name), pages["Connections.FirstLink." + Word(name)]))],
                Section = AdmissionFields.SectionOf(pages),
            },
            AdmissionFields.RoleOf(pages, values, choices.Roles),
            .. SecondFactorFields.Of(pages, values),
        ];

        Field Of(string name, string words) => new(name, pages[words], values[name]);
    }

    /// <summary>Refusals begin with the member that they are about.</summary>
    public static FormPage Faulty(FormPage page, ConnectionRefusal refusal)
    {
        var fault = FormFault.Of(refusal.Code, refusal.Detail);
        var member =
            refusal.Code == ReasonCodes.SecretIsId ? SecretFields.Value
            : refusal.Code == ReasonCodes.TenantNotFound ? Tenant
            : new string([.. fault.Text.TakeWhile(char.IsAsciiLetter)]);
        return (fault with { Member = member }).On(page);
    }

    private static T OneOf<T>(string word, T fallback)
        where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => Word(value!.Value) == word) ?? fallback;

    /// <summary>The API's spelling.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];
}
