using Anteroom.DevHost.Mailbox;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Tests.Platform.Mail;

/// <summary>Against a submission server with STARTTLS, AUTH and faults at each step.</summary>
public sealed class SmtpTransportTests
{
    static SmtpTransportTests() => SmtpServer.TrustInThisProcess();

    private static SmtpTransport Transport(
        SmtpServer server,
        bool startTls = true,
        string? user = null,
        string? password = null,
        TimeSpan? time = null
    ) =>
        new(new("localhost", server.Port, startTls, user, password is null ? null : new Secret(password)), TimeProvider.System)
        {
            Time = time ?? SmtpTransport.StandardTime,
        };

    private static Task<MailOutcome> SendAsync(SmtpTransport transport) =>
        transport.SendAsync(MailMessages.Sender, MailMessages.Message(), default);

    [Fact]
    public async Task A_mail_arrives_encrypted_with_both_parts_and_encoded_headers()
    {
        await using var server = new SmtpServer { Account = ("anteroom", "pass-9Zx") };
        var outcome = await SendAsync(Transport(server, user: "anteroom", password: "pass-9Zx"));
        Assert.Equal((MailVerdict.Taken, null), (outcome.Verdict, outcome.Code));
        var mail = Assert.Single(server.Mails);
        Assert.True(mail.Encrypted);
        Assert.Equal(("sign-in@example.org", "anteroom", "pass-9Zx"), (mail.From, mail.UserName, mail.Password));
        Assert.Equal(["ada@example.com"], mail.To);
        Assert.All(mail.Data.Split("\r\n"), line => Assert.True(line.Length <= 998 && line.All(char.IsAscii), line));
        Assert.Contains("Message-ID: <0192f0c1000070008000" + "00000000cafe@example.org>", mail.Data, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Auto-Submitted: auto-generated", mail.Data, StringComparison.Ordinal);

        var read = EmlReader.Read(System.Text.Encoding.Latin1.GetBytes(mail.Data));
        Assert.Equal("Grüße aus dem Vorzimmer", read.Subject);
        Assert.Equal("Größe & Co <sign-in@example.org>", read.From.Replace("\"", "", StringComparison.Ordinal));
        Assert.Equal(".dot\nHällo\n", read.Text);
        Assert.Equal("<!doctype html><p>Hällo</p>", read.Html);
    }

    [Fact] // RFC 3207 §4.1: a mail server in the middle may leave STARTTLS out of its offers
    public async Task Without_STARTTLS_nothing_is_said()
    {
        await using var server = new SmtpServer { OffersStartTls = false, Account = ("anteroom", "pass-9Zx") };
        var outcome = await SendAsync(Transport(server, user: "anteroom", password: "pass-9Zx"));
        Assert.Equal((MailVerdict.Later, ReasonCodes.MailEncryptionMissing), (outcome.Verdict, outcome.Code));
        Assert.DoesNotContain(
            server.Commands,
            command => command.StartsWith("AUTH", StringComparison.Ordinal) || command.StartsWith("MAIL", StringComparison.Ordinal)
        );
    }

    [Fact]
    [Trait("Security", "SEC-289")]
    public async Task A_certificate_that_nobody_vouches_for_ends_it()
    {
        await using var server = new SmtpServer(trusted: false);
        var outcome = await SendAsync(Transport(server));
        Assert.Equal((MailVerdict.Later, ReasonCodes.MailEncryptionMissing), (outcome.Verdict, outcome.Code));
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_certificate_for_another_name_ends_it()
    {
        await using var server = new SmtpServer();
        var transport = new SmtpTransport(new("127.0.0.1", server.Port, true, null, null), TimeProvider.System);
        Assert.Equal(ReasonCodes.MailEncryptionMissing, (await SendAsync(transport)).Code);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_server_of_this_machine_may_do_without()
    {
        await using var server = new SmtpServer { OffersStartTls = false };
        Assert.Equal(MailVerdict.Taken, (await SendAsync(Transport(server, startTls: false))).Verdict);
        Assert.False(Assert.Single(server.Mails).Encrypted);
    }

    [Fact]
    public async Task A_wrong_password_is_named()
    {
        await using var server = new SmtpServer { Account = ("anteroom", "pass-9Zx") };
        var outcome = await SendAsync(Transport(server, user: "anteroom", password: "other"));
        Assert.Equal((MailVerdict.Later, ReasonCodes.MailCredentialRefused), (outcome.Verdict, outcome.Code));
        Assert.Equal(SmtpTransport.Credential, outcome.Step);
    }

    [Fact]
    public async Task A_closed_port_is_named()
    {
        var outcome = await SendAsync(new(new("localhost", FreePort.Next(), true, null, null), TimeProvider.System));
        Assert.Equal((MailVerdict.Later, ReasonCodes.MailServerUnreachable), (outcome.Verdict, outcome.Code));
    }

    [Theory] // a mail may be sent again only where it has certainly not been taken
    [InlineData(SmtpStep.Greeting)]
    [InlineData(SmtpStep.Hello)]
    [InlineData(SmtpStep.StartTls)]
    [InlineData(SmtpStep.Authentication)]
    [InlineData(SmtpStep.Sender)]
    [InlineData(SmtpStep.Recipient)]
    [InlineData(SmtpStep.Data)]
    public async Task What_breaks_before_the_mail_itself_can_be_tried_again(SmtpStep step)
    {
        await using var server = new SmtpServer { Account = ("anteroom", "pass-9Zx") };
        var transport = Transport(server, user: "anteroom", password: "pass-9Zx", time: TimeSpan.FromSeconds(5));
        foreach (var fault in (SmtpFault[])[new(step, Drops: true), new(step, 421), new(step, 450)])
        {
            server.Fault = fault;
            var outcome = await SendAsync(transport);
            Assert.True(outcome.Verdict == MailVerdict.Later, $"{fault}: {outcome}");
        }
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task Silence_before_the_mail_itself_can_be_tried_again()
    {
        await using var server = new SmtpServer { Fault = new(SmtpStep.Recipient) };
        var outcome = await SendAsync(Transport(server, time: TimeSpan.FromSeconds(3)));
        Assert.Equal((MailVerdict.Later, ReasonCodes.MailServerUnreachable), (outcome.Verdict, outcome.Code));
    }

    [Theory] // the server has the mail, and what it made of it nobody knows
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_breaks_after_the_mail_itself_is_unknown(bool drops)
    {
        await using var server = new SmtpServer { Fault = new(SmtpStep.Message, Drops: drops) };
        var outcome = await SendAsync(Transport(server, time: TimeSpan.FromSeconds(5)));
        Assert.Equal((MailVerdict.Unknown, ReasonCodes.MailOutcomeUnknown), (outcome.Verdict, outcome.Code));
        Assert.Single(server.Mails);
    }

    [Theory] // RFC 5321 §4.2.1: 4yz come again, 5yz do not
    [InlineData(SmtpStep.Recipient, 550, MailVerdict.Refused, ReasonCodes.MailRecipientRefused)]
    [InlineData(SmtpStep.Recipient, 450, MailVerdict.Later, ReasonCodes.MailPostponed)]
    [InlineData(SmtpStep.Sender, 550, MailVerdict.Refused, ReasonCodes.MailRefused)]
    [InlineData(SmtpStep.Message, 554, MailVerdict.Refused, ReasonCodes.MailRefused)]
    [InlineData(SmtpStep.Message, 452, MailVerdict.Later, ReasonCodes.MailPostponed)]
    public async Task An_answer_is_never_unknown(SmtpStep step, int reply, MailVerdict verdict, string code)
    {
        await using var server = new SmtpServer { Fault = new(step, reply) };
        var outcome = await SendAsync(Transport(server));
        Assert.Equal((verdict, code), (outcome.Verdict, outcome.Code));
    }

    [Theory]
    [InlineData("mail.example.com", 465, true, "587")]
    [InlineData("mail.example.com", 0, true, "smtp.port")]
    [InlineData("mail.example.com", 587, false, "smtp.startTls")]
    [InlineData("mail example.com", 587, true, "smtp.host")]
    [InlineData("http://mail.example.com", 587, true, "smtp.host")]
    [InlineData("mail.example.com\r\nx", 587, true, "smtp.host")]
    [InlineData("", 587, true, "smtp.host")]
    public void Settings_that_cannot_work_are_named(string host, int port, bool startTls, string named) =>
        Assert.Contains(named, new SmtpSettings(host, port, startTls, null, null).Fault(), StringComparison.Ordinal);

    [Theory]
    [InlineData("mail.example.com", 587, true)]
    [InlineData("localhost", 25, false)]
    [InlineData("127.0.0.1", 2525, false)]
    [InlineData("::1", 2525, false)]
    public void Settings_that_can_work_pass(string host, int port, bool startTls) =>
        Assert.Null(new SmtpSettings(host, port, startTls, null, null).Fault());
}
