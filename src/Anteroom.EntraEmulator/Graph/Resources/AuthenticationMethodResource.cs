using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>How a user can prove who it is, and <c>resetPassword</c>, the one way that also reaches synced users (graph.md §6.4).</summary>
internal sealed class AuthenticationMethodResource(
    EntraDirectory directory,
    GraphObjects objects,
    UserChanges changes,
    AuditTrail audit,
    TimeProvider clock
) : IGraphResource
{
    /// <summary>The constant ids of the password and of the mobile telephone.</summary>
    private const string PasswordMethod = "28c10230-6103-485e-b985-444c60001490";
    private const string MobileMethod = "3179e48a-750b-4051-897c-87b9720928f7";

    private static readonly Access Read = Access.Any("UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All");

    /// <summary>For people only: "Application permission: not supported".</summary>
    private static readonly Access Reset = new(["UserAuthenticationMethod.ReadWrite.All"], []);

    public void Map(GraphRoutes routes)
    {
        routes.Get("users/{id}/authentication/methods", Read, request => List(request, passwordsOnly: false));
        routes.Get("users/{id}/authentication/passwordMethods", Read, request => List(request, passwordsOnly: true));
        routes.Post("users/{id}/authentication/methods/{method}/resetPassword", Reset, ResetPassword);
        routes.Post("users/{id}/authentication/passwordMethods/{method}/resetPassword", Reset, ResetPassword);
        routes.Get("users/{id}/authentication/operations/{operation}", Read, Operation);
    }

    private GraphReply List(GraphRequest request, bool passwordsOnly)
    {
        var user = objects.User(request);
        var values = new JsonArray(
            new JsonObject
            {
                ["@odata.type"] = "#microsoft.graph.passwordAuthenticationMethod",
                ["id"] = PasswordMethod,
                ["password"] = null,
                ["createdDateTime"] = GraphJson.Instant(user.LastPasswordChangeDateTime ?? user.CreatedDateTime),
            }
        );
        if (user.IsMfaRegistered && !passwordsOnly)
            values.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["@odata.type"] = "#microsoft.graph.phoneAuthenticationMethod",
                        ["id"] = MobileMethod,
                        ["phoneNumber"] = user.MobilePhone,
                        ["phoneType"] = "mobile",
                        ["smsSignInState"] = "notAllowedByPolicy",
                    }
            );
        return GraphReply.Ok(
            new JsonObject
            {
                ["@odata.context"] =
                    $"{request.BaseUrl}/v1.0/$metadata#users('{Uri.EscapeDataString(request["id"])}')/authentication/{(passwordsOnly ? "passwordMethods" : "methods")}",
                ["value"] = values,
            }
        );
    }

    private GraphReply ResetPassword(GraphRequest request)
    {
        if (request["method"] != PasswordMethod)
            throw new GraphRefusal(GraphError.NotFound(request["method"]));
        var user = objects.User(request);
        if (user.Id == request.Caller.User?.Id)
            throw new GraphRefusal(GraphError.BadRequest("Resetting one's own password is not supported."));
        changes.CheckReset(request.Caller, user);

        var asked = request.Text("newPassword");
        var isSynced = user.OnPremises?.SyncEnabled == true;
        if (asked is null && isSynced)
            throw new GraphRefusal(GraphError.BadRequest("A new password is required for a user of a hybrid tenant."));
        var password = asked ?? Passwords.Generate();
        var changed = changes.ResetPassword(user, password, isGenerated: asked is null);
        directory.Write(write => write.Put(directory.Users, changed));
        audit.Record(request, "Reset user password", AuditTrail.Users, AuditTrail.Target(changed));

        var body = new JsonObject { ["@odata.context"] = $"{request.BaseUrl}/v1.0/$metadata#microsoft.graph.passwordResetResponse" };
        if (asked is null)
            body["newPassword"] = password;
        return new GraphReply(202, body)
        {
            Headers = new Dictionary<string, string>
            {
                ["Location"] = $"{request.BaseUrl}/v1.0/users/{user.Id}/authentication/operations/{OperationOf(changed)}",
            },
        };
    }

    /// <summary>Here a reset is done when it is answered; its operation is known until the next one.</summary>
    private GraphReply Operation(GraphRequest request)
    {
        var user = objects.User(request);
        if (user.LastPasswordChangeDateTime is not { } at || request["operation"] != OperationOf(user).ToString())
            throw new GraphRefusal(GraphError.NotFound(request["operation"]));
        return GraphReply.Ok(
            new JsonObject
            {
                ["@odata.context"] = $"{request.BaseUrl}/v1.0/$metadata#longRunningOperation",
                ["id"] = request["operation"],
                ["status"] = "succeeded",
                ["statusDetail"] = "",
                ["createdDateTime"] = GraphJson.Instant(at),
                ["lastActionDateTime"] = GraphJson.Instant(clock.GetUtcNow()),
                ["resourceLocation"] = null,
            }
        );
    }

    private Guid OperationOf(User user) =>
        new(
            HMACSHA256
                .HashData(directory.Seed, Encoding.ASCII.GetBytes($"reset:{user.Id}:{user.LastPasswordChangeDateTime?.UtcTicks}"))
                .AsSpan(0, 16)
        );
}
