using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Mail;

/// <summary>What mail settings must be to work at all.</summary>
internal static class MailSettingsRules
{
    private const int LongestName = 100;
    private const int LongestSecret = 1000;

    public static MailRefusal? Check(MailSettingsDraft draft) => Sender(draft) ?? Smtp(draft) ?? Graph(draft);

    private static MailRefusal? Sender(MailSettingsDraft draft)
    {
        if (draft.SenderAddress is null ? draft.Transport != MailWay.None : !EmailAddress.TryParse(draft.SenderAddress, out _))
            return Invalid("senderAddress is one mail address, such as sign-in@example.com.");
        if (draft.SenderName is { Length: 0 or > LongestName } || draft.SenderName?.Any(char.IsControl) == true)
            return Invalid($"senderName is one line of 1 to {LongestName} characters.");
        return null;
    }

    private static MailRefusal? Smtp(MailSettingsDraft draft)
    {
        if (draft.Smtp is not { } smtp)
            return draft.Transport == MailWay.Smtp ? Invalid("smtp is required for the transport smtp.") : null;
        if (new SmtpSettings(smtp.Host, smtp.Port, smtp.StartTls, smtp.UserName, smtp.Password).Fault() is { } fault)
            return Invalid(fault);
        if (smtp.Password is not null && smtp.UserName is null)
            return Invalid("smtp.password goes with smtp.userName.");
        return Secret("smtp.password", smtp.Password?.Reveal());
    }

    private static MailRefusal? Graph(MailSettingsDraft draft)
    {
        if (draft.Graph is not { } graph)
            return draft.Transport == MailWay.Graph ? Invalid("graph is required for the transport graph.") : null;
        if (graph.TenantId == Guid.Empty)
            return Invalid("graph.tenantId is not the id of a tenant.");
        if (!Guid.TryParseExact(graph.ClientId, "D", out _))
            return Invalid("graph.clientId is the Application (client) ID, a GUID.");
        // Entra's values are never GUIDs; its secret IDs always are.
        if (Guid.TryParse(graph.ClientSecret?.Reveal().Trim(), out _))
            return new(ReasonCodes.SecretIsId);
        return Secret("graph.clientSecret", graph.ClientSecret?.Reveal());
    }

    private static MailRefusal? Secret(string member, string? secret) =>
        secret is { Length: 0 or > LongestSecret } || secret?.Any(char.IsControl) == true
            ? Invalid($"{member} has 1 to {LongestSecret} characters on one line.")
            : null;

    private static MailRefusal Invalid(string detail) => new(ReasonCodes.ValidationFailed, detail);
}
