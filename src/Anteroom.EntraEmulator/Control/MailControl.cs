using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph;

namespace Anteroom.EntraEmulator.Control;

/// <summary>The mails that applications sent through Graph.</summary>
internal static class MailControl
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mails", (SentMails sent) => TenantControl.Items(sent.All.Select(Write)));
        routes.MapDelete("/mails", Clear);
    }

    private static IResult Clear(SentMails sent)
    {
        sent.Clear();
        return Results.NoContent();
    }

    private static JsonObject Write(SentMail mail) =>
        new()
        {
            ["tenantId"] = mail.TenantId.ToString(),
            ["senderId"] = mail.SenderId.ToString(),
            ["from"] = mail.From,
            ["to"] = new JsonArray([.. mail.To.Select(address => (JsonNode)address)]),
            ["subject"] = mail.Subject,
            ["contentType"] = mail.ContentType,
            ["content"] = mail.Content,
            ["saveToSentItems"] = mail.SaveToSentItems,
            ["at"] = mail.At,
        };
}
