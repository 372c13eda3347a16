using System.Collections.Frozen;

namespace Anteroom.Server.Platform.Mail.Templates;

/// <summary>One kind of mail: its key in <see cref="MailText"/>, the values that its words name, and whether it carries a link.</summary>
/// <param name="Key">Stable: rows of the database name it.</param>
/// <param name="Values">Each is required, besides <c>organization</c>, which every mail has.</param>
/// <param name="HasLink">The link is a secret: whoever has it may do what it is for.</param>
public sealed record MailTemplate(string Key, IReadOnlyList<string> Values, bool HasLink)
{
    /// <summary>The operator tries the settings.</summary>
    public static MailTemplate Test { get; } = new("test", [], HasLink: false);

    /// <summary>An administrator made or reset the account; <c>until</c> is when the link ends.</summary>
    public static MailTemplate SetPassword { get; } = new("setPassword", ["userName", "until"], HasLink: true);

    /// <summary>Somebody, perhaps the person, asked for a way back in.</summary>
    public static MailTemplate Recovery { get; } = new("recovery", ["userName", "until"], HasLink: true);

    /// <summary>Somebody, we hope the person, set or changed the password (SEC-225).</summary>
    public static MailTemplate PasswordChanged { get; } = new("passwordChanged", ["userName", "at"], HasLink: false);

    public static MailTemplate Invitation { get; } = new("invitation", ["invitedBy", "until"], HasLink: true);

    public static MailTemplate PasskeyAdded { get; } = new("passkeyAdded", ["userName", "passkey", "at"], HasLink: false);

    public static MailTemplate PasskeyRenamed { get; } = new("passkeyRenamed", ["userName", "before", "passkey", "at"], HasLink: false);

    public static MailTemplate PasskeyRemoved { get; } = new("passkeyRemoved", ["userName", "passkey", "at"], HasLink: false);

    /// <summary>Somebody signed in by a provider and got the account of that name (SEC-074 d).</summary>
    public static MailTemplate AccountLinked { get; } = new("accountLinked", ["userName", "connection", "at"], HasLink: false);

    /// <summary>To those who administer already.</summary>
    public static MailTemplate NewAdministrator { get; } = new("newAdministrator", ["administrator", "madeBy", "at"], HasLink: false);

    /// <summary>To operators: somebody waits for them.</summary>
    public static MailTemplate ConnectionSubmitted { get; } = new("connectionSubmitted", ["connection", "at"], HasLink: false);

    /// <summary>To the organization's administrators: it can be tried.</summary>
    public static MailTemplate ConnectionInTest { get; } = new("connectionInTest", ["connection", "at"], HasLink: false);

    /// <summary>To the organization's administrators: it is open to all.</summary>
    public static MailTemplate ConnectionActive { get; } = new("connectionActive", ["connection", "at"], HasLink: false);

    public static IReadOnlyList<MailTemplate> All { get; } =
    [
        Test,
        SetPassword,
        Recovery,
        PasswordChanged,
        Invitation,
        PasskeyAdded,
        PasskeyRenamed,
        PasskeyRemoved,
        AccountLinked,
        NewAdministrator,
        ConnectionSubmitted,
        ConnectionInTest,
        ConnectionActive,
    ];

    private static readonly FrozenDictionary<string, MailTemplate> ByKey = All.ToFrozenDictionary(template => template.Key);

    public static MailTemplate? Find(string key) => ByKey.GetValueOrDefault(key);
}
