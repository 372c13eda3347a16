using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Console.Integrations;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Console.Settings;

/// <summary>What the page Security asks, as it is kept and as it was typed.</summary>
internal static class SecurityForm
{
    public const string Method = "authenticationMethod";
    public const string Domains = "authorizedDomains";
    public const string AccountRequired = "provisioning";
    public const string HideLocalForm = "hideLocalForm";
    public const string AutoConnect = "autoConnectConnectionId";
    public const string Passkeys = "allowPasskeys";
    public const string Passwords = "allowPasswords";
    public const string KnownNames = "knownNamesRedirect";
    public const string App = "registration";
    public const string Cloud = "cloud";
    public const string Tenant = "tenantId";
    public const string Client = "clientId";
    private const int LongestList = 8192;

    /// <summary>What makes a connection to Entra; typed where there is none, it makes one.</summary>
    private static readonly string[] Ids = [Tenant, Client, SecretFields.Value];

    /// <summary>By what Entra knows us.</summary>
    private static readonly string[] OfRegistration = [Cloud, .. Ids, SecretFields.ExpiresOn];

    /// <summary>What stands in the connection, not in the organization.</summary>
    private static readonly string[] OfConnection = [Domains, AccountRequired, .. OfRegistration];

    public static bool Connects(FormValues typed) => Ids.Any(name => typed[name].Length > 0);

    public static bool ChangesRegistration(Edit edit) => OfRegistration.Any(edit.Changed.Contains);

    public static bool ChangesConnection(Edit edit) => OfConnection.Any(edit.Changed.Contains);

    public static bool ChangesPolicy(Edit edit) => edit.Changed.Any(name => !OfConnection.Contains(name));

    public static FormValues ValuesOf(SecurityFacts facts)
    {
        var (policy, next) = (facts.Room.Settings.SignIn, facts.Room.Settings.NextConnection);
        var settings = facts.Connection?.Settings;
        return new([
            KeyValuePair.Create(Method, policy.AuthenticationMethod ?? ""),
            // Whoever has asked for addresses registers an application of their own.
            KeyValuePair.Create(App, next.Key is null && facts.Served is [var served, ..] ? served.Cloud.Key : ""),
            KeyValuePair.Create(Domains, string.Join(' ', settings?.AuthorizedDomains ?? next.AuthorizedDomains)),
            KeyValuePair.Create(
                AccountRequired,
                Switched(settings is null ? next.AccountRequired : settings.Provisioning == ProvisioningMode.RequireExisting)
            ),
            KeyValuePair.Create(HideLocalForm, Switched(!policy.ShowLocalForm)),
            KeyValuePair.Create(AutoConnect, AutoConnectOf(facts)),
            KeyValuePair.Create(Passkeys, Switched(facts.Room.AllowsPasskeys)),
            KeyValuePair.Create(Passwords, Switched(facts.Room.AllowsPasswords)),
            KeyValuePair.Create(KnownNames, Switched(policy.KnownNamesRedirect)),
            KeyValuePair.Create(Cloud, settings?.Cloud ?? Anteroom.Entra.Providers.Cloud.Global.Key),
            KeyValuePair.Create(Tenant, settings?.TenantDomain ?? settings?.TenantId?.ToString("D") ?? ""),
            KeyValuePair.Create(Client, settings?.ClientId ?? ""),
            SecretFields.ValueOf(settings?.ClientSecretExpiresOn),
        ]);
    }

    public static SignInPolicy PolicyOf(SecurityFacts facts, FormValues typed) =>
        facts.Room.Settings.SignIn with
        {
            AuthenticationMethod = typed.OrNull(Method),
            ShowLocalForm = !typed.IsOn(HideLocalForm),
            AutoConnectConnection = typed[AutoConnect] switch
            {
                Field.On => facts.All is [var only] ? only.Id.Value : null,
                var chosen => ConnectionId.TryParse(chosen, out var id) ? id.Value : null,
            },
            KnownNamesRedirect = typed.IsOn(KnownNames),
            AllowPasskeys = typed.IsOn(Passkeys),
            AllowPasswords = typed.IsOn(Passwords),
        };

    /// <summary>For the time when there is a connection.</summary>
    public static NextConnection NextOf(SecurityFacts facts, FormValues typed) =>
        facts.Room.Settings.NextConnection with
        {
            AuthorizedDomains = typed.Words(Domains),
            AccountRequired = typed.IsOn(AccountRequired),
            AutoConnect = facts.All.Count == 0 && typed.IsOn(AutoConnect),
        };

    /// <param name="current">What the page does not ask about stays as it is there.</param>
    public static ConnectionDraft DraftOf(Connection? current, FormValues typed, string newName)
    {
        var settings = current?.Settings ?? new ConnectionSettings { ClientId = "" };
        return new(
            current?.Name ?? newName,
            ConnectionKind.Entra,
            PastedId.Of(typed[Tenant]),
            SecretFields.SecretOf(typed),
            settings with
            {
                Registration = typed[Client].Length > 0 ? Registration.Own : settings.Registration,
                Cloud = typed.OrNull(Cloud),
                ClientId = PastedId.Of(typed[Client]) ?? "",
                ClientSecretExpiresOn = SecretFields.ExpiresOnOf(typed, settings.ClientSecretExpiresOn),
                AuthorizedDomains = typed.Words(Domains),
                Provisioning = typed.IsOn(AccountRequired) ? ProvisioningMode.RequireExisting : ProvisioningMode.Create,
            }
        );
    }

    /// <summary>The cloud of the shared app by which saving makes the connection; null where it makes none (HEC-17).</summary>
    public static string? SharedBy(SecurityFacts facts, FormValues typed) =>
        typed[Method] == AuthenticationMethods.Entra && facts.Served.Any(entry => entry.Cloud.Key == typed[App]) ? typed[App] : null;

    public static ConnectionDraft SharedDraftOf(FormValues typed, string cloud, string name)
    {
        var draft = DraftOf(null, typed, name);
        return draft with
        {
            Settings = draft.Settings with { Registration = Registration.Shared, Cloud = cloud, CallbackStyle = CallbackStyle.Central },
        };
    }

    /// <summary>Whether there is a secret to type: not for a client in the browser, nor for one that proves itself in another way.</summary>
    private static bool TakesSecret(ConnectionSettings settings) =>
        settings.Credential == CredentialKind.Secret && ConnectionFlow.Of(settings).MayHaveCredential;

    public static FormPage Of(HttpContext http, ConsolePages pages, SecurityFacts facts, FormValues values)
    {
        var room = facts.Room;
        var mayChange = http.Caller().May("signInPolicy.put");
        var (locked, lockedThere) = (mayChange ? null : pages["Locked.Reader"], facts.MayConnect ? null : pages["Locked.Reader"]);
        var local = $"{http.Request.Scheme}://{http.Request.Host}{ConsoleSignIn.LocalAddress(room)}";
        var accounts = new FormSection(pages["Protection.Accounts"], pages["Protection.Accounts.Words"]);
        var setUp = facts.AsksForConnection ? SetUpOf(pages, facts) : null;
        return new(
            pages.Frame(http, pages["Protection.Title"], facts.Address, new Crumb(pages["Nav.Protection"], facts.Address)),
            [
                Of(Method, "Protection.Method") with
                {
                    Kind = FieldKind.Choice,
                    Help = pages["Protection.Method.Help"],
                    Options =
                    [
                        ("", pages["Protection.Method.Any"]),
                        .. AuthenticationMethods.All.Select(method => (method, pages["Protection.Method." + method])),
                    ],
                },
                .. AppField(),
                .. Admission(),
                Switch(HideLocalForm, "Protection.LocalForm"),
                .. AutoConnectField(),
                .. SetUpFields(),
                Switch(Passkeys, "Protection.Passkeys") with
                {
                    Section = accounts,
                },
                Switch(Passwords, "Protection.Passwords") with
                {
                    Section = accounts,
                },
                Switch(KnownNames, "Protection.KnownNames") with
                {
                    Section = accounts,
                },
            ],
            pages["Save"],
            facts.Address
        )
        {
            Lead =
                facts.Connection is { } shown && facts.Others.Any()
                    ? pages["Protection.Lead.Several", shown.Name]
                    : pages["Protection.Lead"],
            IsEdit = true,
            IsReadOnly = !mayChange,
        };

        Field[] AppField() =>
            facts is not { MayConnect: true, Connection: null, Served: { Count: > 0 } served }
                ? []
                :
                [
                    Of(App, "Protection.App") with
                    {
                        Kind = FieldKind.Choice,
                        Help = pages["Protection.App.Help"],
                        Options =
                        [
                            .. served.Select(entry =>
                                (
                                    entry.Cloud.Key,
                                    served.Count == 1 ? pages["Protection.App.Shared"] : pages["Protection.App.Shared.Of", entry.Name]
                                )
                            ),
                            ("", pages["Protection.App.Own"]),
                        ],
                    },
                ];

        Field[] Admission() =>
            facts.AsksForConnection
                ?
                [
                    Of(Domains, "Protection.Domains") with
                    {
                        Locked = lockedThere,
                        Longest = LongestList,
                        Verbatim = true,
                        Help = pages["Connections.Domains.Help"],
                    },
                    Switch(AccountRequired, "Protection.AccountRequired") with
                    {
                        Locked = lockedThere,
                    },
                ]
                : [];

        Field[] AutoConnectField() =>
            facts.All.Count > 1
                ?
                [
                    Of(AutoConnect, "Protection.AutoConnect") with
                    {
                        Kind = FieldKind.Choice,
                        Help = pages["Protection.AutoConnect.Help", local],
                        Options =
                        [
                            ("", pages["Protection.AutoConnect.None"]),
                            .. facts.All.Select(connection => (connection.Id.ToString(), connection.Name)),
                        ],
                    },
                ]
            : room.IsPlatform ? []
            : [Switch(AutoConnect, "Protection.AutoConnect") with { Locked = facts.All.Count == 0 ? lockedThere : locked }];

        Field[] SetUpFields() =>
            setUp is null
                ? []
                :
                [
                    Of(Cloud, "Mail.Cloud") with
                    {
                        Section = setUp,
                        Locked = lockedThere,
                        Kind = FieldKind.Choice,
                        Options = [.. facts.Clouds.Select(entry => (entry.Cloud.Key, entry.Name))],
                    },
                    Of(Tenant, "Connections.Tenant") with
                    {
                        Section = setUp,
                        Locked = lockedThere,
                        Verbatim = true,
                        Help = pages["Connections.Tenant.Help"],
                    },
                    Of(Client, "Connections.Client") with
                    {
                        Section = setUp,
                        Locked = lockedThere,
                        Verbatim = true,
                        Help = pages["Connections.Client.Help"],
                    },
                    .. AskedSecret(setUp),
                ];

        Field[] AskedSecret(FormSection section) =>
            lockedThere is not null || facts.Connection is { } connection && !TakesSecret(connection.Settings)
                ? []
                :
                [
                    .. SecretFields
                        .Of(pages, values, facts.Connection?.SecretLast4, facts.Connection?.SecretAt, pages["Protection.Secret.Help"])
                        .Select(field => field with { Section = section }),
                ];

        Field Of(string name, string words) => new(name, pages[words], values[name]) { Locked = locked };

        Field Switch(string name, string words) =>
            Of(name, words) with
            {
                Kind = FieldKind.Switch,
                Help = pages[words + ".Help", local],
                Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
            };
    }

    /// <summary>The addresses to register, and what is copied back; null until somebody asks for the addresses.</summary>
    private static FormSection? SetUpOf(ConsolePages pages, SecurityFacts facts)
    {
        if (facts.RedirectUri is not { } redirect || facts.LogoutUri is not { } logout)
            return null;
        var isShared = facts.Connection is { Settings.Registration: Registration.Shared };
        return new(pages["Protection.SetUp"], pages[isShared ? "Protection.SetUp.Words.Shared" : "Protection.SetUp.Words"])
        {
            Folds = true,
            IsOpen = facts.Connection?.State is null or ConnectionState.Draft,
            Copyables = [new(pages["Connection.RedirectUri"], redirect), new(pages["Connection.LogoutUri"], logout)],
            More = facts is { MayConnect: true, Connection: { } connection }
                ?
                [
                    new(pages["Connection.Claims"], Navigation.Of(facts.Room, $"connections/{connection.Id}/claims"), "forms"),
                    new(pages["Protection.SetUp.More"], Navigation.Of(facts.Room, $"connections/{connection.Id}"), "plug-connected"),
                ]
                : [],
        };
    }

    private static string AutoConnectOf(SecurityFacts facts) =>
        facts.Room.Settings.SignIn.AutoConnectConnection switch
        {
            { } id when facts.All.Count > 1 => new ConnectionId(id).ToString(),
            { } id => Switched(facts.All.Any(connection => connection.Id.Value == id)),
            null when facts.All.Count == 0 => Switched(facts.Room.Settings.NextConnection.AutoConnect),
            null => "",
        };

    private static string Switched(bool isOn) => isOn ? Field.On : "";
}
