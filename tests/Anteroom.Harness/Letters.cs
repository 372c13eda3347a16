using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Mail;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Mail.Templates;

namespace Anteroom.Harness;

/// <summary>A mail that waits to be sent.</summary>
public sealed record Letter(string Template, string To, string? Link, IReadOnlyDictionary<string, string> Values);

/// <summary>Reads the mails of an installation without a way for mail: they wait in the queue, sealed.</summary>
public sealed class Letters(AnteroomRig rig, OrganizationId organization)
{
    private sealed record Row(Guid MailId, string Template, byte[] Content);

    /// <summary>All that wait, the newest first.</summary>
    public async Task<IReadOnlyList<Letter>> ListAsync(MailTemplate? template = null)
    {
        var rows = await rig
            .Database.In(organization)
            .ListAsync<Row>(
                """
                SELECT mail_id, template, content FROM mails
                 WHERE organization_id = @organization AND content IS NOT NULL AND (@template = '' OR template = @template)
                 ORDER BY created_at DESC, mail_id DESC
                """,
                new { template = template?.Key ?? "" },
                default
            );
        List<Letter> letters = [];
        foreach (var row in rows)
        {
            var (to, content) = await SealedMail.UnsealAsync(
                rig.Get<Vault>(),
                organization,
                row.MailId,
                row.Template,
                row.Content,
                default
            );
            letters.Add(new(row.Template, to.Value, content.Link?.Reveal(), content.Values));
        }
        return letters;
    }

    /// <summary>Waits until there are so many of the kind; the newest of them.</summary>
    public async Task<Letter> NewestAsync(MailTemplate template, int count = 1)
    {
        IReadOnlyList<Letter> letters = [];
        await Poll.UntilAsync(
            $"{count} mails of the kind {template.Key}",
            TimeSpan.FromSeconds(30),
            async () => (letters = await ListAsync(template)).Count >= count
        );
        return letters[0];
    }
}
