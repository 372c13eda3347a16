using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Mail;

/// <summary>How mails leave this installation.</summary>
public enum MailWay
{
    None,
    Smtp,
    Graph,
}

/// <summary>A secret as it is shown: by its end and its date (SEC-267).</summary>
/// <param name="Last4">Empty for one that is too short to show a part of.</param>
public sealed record StoredSecret(string Last4, DateTimeOffset SetAt);

/// <summary>The mail settings of the installation, without their secrets.</summary>
public sealed record MailSettings(
    MailWay Transport,
    string? SenderAddress,
    string? SenderName,
    SmtpPart? Smtp,
    GraphPart? Graph,
    long Version
)
{
    /// <summary>Before anything was saved.</summary>
    public static MailSettings Empty { get; } = new(MailWay.None, null, null, null, null, 0);
}

public sealed record SmtpPart(string Host, int Port, bool StartTls, string? UserName, StoredSecret? Password);

public sealed record GraphPart(string Cloud, Guid TenantId, string ClientId, StoredSecret? ClientSecret);

/// <summary>What an operator wants. A secret that is left out is kept, as long as it goes to the same place.</summary>
public sealed record MailSettingsDraft(MailWay Transport, string? SenderAddress, string? SenderName, SmtpDraft? Smtp, GraphDraft? Graph);

public sealed record SmtpDraft(string Host, int Port, bool StartTls, string? UserName, Secret? Password);

public sealed record GraphDraft(string Cloud, Guid TenantId, string ClientId, Secret? ClientSecret);

/// <summary>Why settings were not saved, or a mail has no way: a reason code and, where it helps, one sentence.</summary>
public sealed record MailRefusal(string Code, string? Detail = null);
