using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Sending of mail by an application: <c>POST /users/{id | userPrincipalName}/sendMail</c>, 202 without a body.</summary>
/// <remarks>
/// From https://learn.microsoft.com/graph/api/user-sendmail (request, response, permission) and
/// https://learn.microsoft.com/graph/permissions-reference#mailsend; the words of the errors as they are quoted in issues of Microsoft's own
/// repositories. It is Exchange that answers, so a missing permission is its ErrorAccessDenied and not the directory's refusal.
/// </remarks>
internal sealed class MailResource(EntraDirectory directory, SentMails sent, TimeProvider clock) : IGraphResource
{
    private const string Permission = "Mail.Send";
    private const int MostRecipients = 500; // Exchange Online limits

    private static readonly GraphError AccessDenied = new(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");

    public void Map(GraphRoutes routes) => routes.Post("users/{id}/sendMail", Access.Token, Send);

    private GraphReply Send(GraphRequest request)
    {
        if (request.Caller.User is not null || !request.Caller.Permissions.Contains(Permission))
            throw new GraphRefusal(AccessDenied);
        var sender = Sender(request);
        var message =
            request.Json["message"] as JsonObject
            ?? throw new GraphRefusal(new(400, "ErrorInvalidRequest", "The request is invalid: the parameter 'Message' is missing."));
        var recipients = ((string[])["toRecipients", "ccRecipients", "bccRecipients"])
            .SelectMany(list => Recipients(message, list))
            .Take(MostRecipients + 1)
            .ToList();
        if (recipients.Count == 0)
            throw Invalid("A message can't be sent because it contains no recipients.");
        if (recipients.FirstOrDefault(address => !IsAddress(address)) is { } wrong)
            throw Invalid(
                $"Recipient '{GraphError.Short(wrong)}' is not resolved. All recipients must be resolved before a message can be submitted."
            );
        if (recipients.Count > MostRecipients)
            throw new GraphRefusal(new(400, "ErrorExceededMaxRecipientLimit", "The message has more recipients than are allowed."));

        var body = message["body"] as JsonObject;
        sent.Add(
            new(
                request.Tenant.Id,
                sender.Id,
                sender.Mail ?? sender.UserPrincipalName,
                recipients,
                Text(message, "subject") ?? "",
                Text(body, "contentType") ?? "Text",
                Text(body, "content") ?? "",
                request.Value<bool?>("saveToSentItems") ?? true,
                clock.GetUtcNow()
            )
        );
        return new GraphReply(202, null);
    }

    private User Sender(GraphRequest request)
    {
        var key = request["id"];
        var isId = Guid.TryParse(key, out var id);
        var user = isId ? directory.Users.Find(id) : directory.UsersByName.First(key);
        if (user?.TenantId == request.Tenant.Id)
            return user;
        throw new GraphRefusal(
            isId
                ? new(404, "ResourceNotFound", "Resource could not be discovered.")
                : new(404, "ErrorInvalidUser", $"The requested user '{GraphError.Short(key)}' is invalid.")
        );
    }

    private static IEnumerable<string> Recipients(JsonObject message, string list) =>
        message[list] is JsonArray recipients
            ? recipients.Select(recipient => Text((recipient as JsonObject)?["emailAddress"] as JsonObject, "address") ?? "")
            : [];

    private static bool IsAddress(string text) => text.Split('@') is [{ Length: > 0 }, { Length: > 2 }] && !text.Any(char.IsWhiteSpace);

    private static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static GraphRefusal Invalid(string why) =>
        new(new(400, "ErrorInvalidRecipients", $"At least one recipient is not valid., {why}"));
}
