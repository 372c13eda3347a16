using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;

namespace Anteroom.Server.Mail;

/// <summary>What a waiting mail will say, and to whom, sealed for its own row: whoever reads the database learns neither (SEC-281).</summary>
internal sealed record SealedMail(
    string To,
    string Organization,
    IReadOnlyDictionary<string, string> Values,
    string? Accent,
    string? Language,
    string? Link
)
{
    public static async Task<byte[]> SealAsync(Vault vault, OrganizationId organization, Guid id, MailRequest request, CancellationToken ct)
    {
        var content = request.Content;
        var mail = new SealedMail(
            request.To.Value,
            content.Organization,
            content.Values,
            content.Accent,
            content.Language,
            content.Link?.Reveal()
        );
        var plain = JsonSerializer.SerializeToUtf8Bytes(mail, MailJson.Default.SealedMail);
        return await vault.SealAsync(organization, Field(id), plain, ct);
    }

    public static async Task<(EmailAddress To, MailContent Content)> UnsealAsync(
        Vault vault,
        OrganizationId organization,
        Guid id,
        string template,
        byte[] content,
        CancellationToken ct
    )
    {
        var plain = await vault.UnsealAsync(organization, Field(id), content, ct);
        var mail = JsonSerializer.Deserialize(plain, MailJson.Default.SealedMail);
        if (mail is null || !EmailAddress.TryParse(mail.To, out var to) || MailTemplate.Find(template) is not { } known)
            throw new InvalidOperationException("A mail of the database is not one of ours.");
        return (
            to,
            new(known, mail.Organization, mail.Values)
            {
                Accent = mail.Accent,
                Language = mail.Language,
                Link = mail.Link is null ? null : new Secret(mail.Link),
            }
        );
    }

    public override string ToString() => "[mail]";

    private static Field Field(Guid id) => new("mails", id.ToString("D"), "content");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SealedMail))]
internal sealed partial class MailJson : JsonSerializerContext;
