using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Sending of mail by an application, as Microsoft documents it (user-sendmail).</summary>
[Collection(GraphCollection.Name)]
public sealed class MailTests(GraphStage stage)
{
    private static object Message(params string[] to) =>
        new
        {
            message = new
            {
                subject = "Meet for lunch?",
                body = new { contentType = "Text", content = "The new cafeteria is open." },
                toRecipients = to.Select(address => new { emailAddress = new { address } }).ToArray(),
            },
        };

    private async Task<List<JsonNode>> MailsAsync(GraphTenant tenant) =>
        [
            .. ((JsonArray)(await stage.Emulator.ControlAsync(HttpMethod.Get, "/mails"))["items"]!)
                .Where(mail => (string?)mail!["tenantId"] == tenant.Id)
                .Select(mail => mail!),
        ];

    [Fact]
    public async Task An_application_with_the_permission_sends_as_any_user_of_its_tenant()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("postbox");
        var caller = await tenant.CallerAsync("Mail.Send");
        foreach (var name in (string[])[id, $"postbox@{tenant.Domain}"])
        {
            var answer = (await caller.PostAsync($"users/{name}/sendMail", Message("ada@example.com"))).Succeeds(202);
            Assert.Equal("", answer.Text);
        }
        var mails = await MailsAsync(tenant);
        Assert.Equal(2, mails.Count);
        Assert.All(
            mails,
            mail =>
                Assert.Equal(
                    (id, "Meet for lunch?", true),
                    ((string?)mail["senderId"], (string?)mail["subject"], (bool)mail["saveToSentItems"]!)
                )
        );
    }

    [Fact]
    public async Task Without_the_permission_Exchange_denies_access()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("postbox");
        var caller = await tenant.CallerAsync("User.ReadWrite.All", "Directory.ReadWrite.All");
        (await caller.PostAsync($"users/{id}/sendMail", Message("ada@example.com"))).Refuses(
            403,
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again."
        );
        Assert.Empty(await MailsAsync(tenant));
    }

    [Fact]
    public async Task Recipients_that_are_missing_or_none_are_told()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("postbox");
        var caller = await tenant.CallerAsync("Mail.Send");
        (await caller.PostAsync($"users/{id}/sendMail", Message())).Refuses(
            400,
            "ErrorInvalidRecipients",
            "At least one recipient is not valid., A message can't be sent because it contains no recipients."
        );
        (await caller.PostAsync($"users/{id}/sendMail", Message("ada@example.com", "bad"))).Refuses(400, "ErrorInvalidRecipients");
        Assert.Empty(await MailsAsync(tenant));
    }

    [Fact]
    public async Task A_sender_of_no_tenant_or_of_another_is_not_there()
    {
        var tenant = await stage.NewTenantAsync();
        var other = await stage.NewTenantAsync();
        var foreign = await other.UserIdAsync("postbox");
        var caller = await tenant.CallerAsync("Mail.Send");
        (await caller.PostAsync($"users/{foreign}/sendMail", Message("ada@example.com"))).Refuses(404, "ResourceNotFound");
        (await caller.PostAsync($"users/nobody@{tenant.Domain}/sendMail", Message("ada@example.com"))).Refuses(404, "ErrorInvalidUser");
        Assert.Empty(await MailsAsync(other));
    }
}
