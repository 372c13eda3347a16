using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Mail;

public enum MailTestResult
{
    Passed,
    Failed,

    /// <summary>An earlier step failed, or the other side does not tell.</summary>
    Unknown,
}

/// <summary>One step of a test: what was tried, how it ended, and what to do about it.</summary>
public sealed record MailTestStep(string Name, MailTestResult Result, string? Code, string Message, string? Cure);

/// <summary>Sends one mail at once, by the way that all mails take, and tells where it got to.</summary>
public sealed class TestMail(MailWays ways, MailRenderer renderer, Database database, AuditTrail audit, TimeProvider clock)
{
    private const string Settings = "settings";
    private const string StandardName = "Anteroom";

    public async Task<IReadOnlyList<MailTestStep>> RunAsync(EmailAddress to, AuditContext context, CancellationToken ct)
    {
        if (!(await ways.FindAsync(ct)).TryGet(out var way, out var missing))
            return [Failed(Settings, missing.Code, missing.Detail)];

        var content = new MailContent(MailTemplate.Test, way.Sender.Name ?? StandardName, new Dictionary<string, string>());
        var message = renderer.Render(Identifiers.NewUuid(clock), to, content);
        var outcome = await way.Transport.SendAsync(way.Sender, message, ct);
        await RecordAsync(outcome, context);
        return [Passed(Settings), .. way.Transport.Steps.Select(step => Tell(way.Transport.Steps, step, outcome))];
    }

    private static MailTestStep Tell(IReadOnlyList<string> steps, string step, MailOutcome outcome)
    {
        var (at, end) = (Position(steps, step), Position(steps, outcome.Step));
        if (outcome.Code is not { } code || (at < end && (outcome.EarlierStepsPassed || at == 0)))
            return Passed(step);
        return at == end
            ? Failed(step, code, outcome.Detail)
            : new(step, MailTestResult.Unknown, null, "Could not be tried, or the answer does not tell.", null);
    }

    private static int Position(IReadOnlyList<string> steps, string step) => steps.Index().First(pair => pair.Item == step).Index;

    private static MailTestStep Passed(string name) =>
        new(
            name,
            MailTestResult.Passed,
            null,
            name switch
            {
                Settings => "A transport is set up.",
                SmtpTransport.Connection => "The mail server answers.",
                SmtpTransport.Encryption => "The connection is as the settings ask.",
                SmtpTransport.Credential => "The credential was taken, or none was asked for.",
                GraphTransport.Tenant => "The tenant exists.",
                _ => "The mail was taken over.",
            },
            null
        );

    private static MailTestStep Failed(string name, string code, string? detail)
    {
        var reason = ReasonCatalogue.Get(code);
        var message = detail is null ? reason.Happened : $"{reason.Happened} {detail}";
        return new(name, MailTestResult.Failed, code, message, reason.Administrator ?? reason.Now);
    }

    private async Task RecordAsync(MailOutcome outcome, AuditContext context)
    {
        await using var tx = await database.BeginAsync(OrganizationId.Platform, CancellationToken.None);
        var result = outcome.Verdict == MailVerdict.Taken ? AuditResult.Success : AuditResult.Failed;
        await audit.RecordAsync(tx, context, new("mail_settings.tested", result, outcome.Code), CancellationToken.None);
        await tx.CommitAsync(CancellationToken.None);
    }
}
