using System.Text;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Finds an application in a directory and checks its secret.</summary>
internal static class Clients
{
    /// <summary>The application that may be used in this directory: its home, or any directory when it is multi-tenant.</summary>
    public static Result<Application, AadstsError> Find(EntraDirectory directory, TenantSelector selector, string clientId)
    {
        if (!Guid.TryParseExact(clientId, "D", out var appId) || appId == Guid.Empty)
            return Aadsts.NotAnApplicationId(clientId);
        var application = directory.FindApplication(appId);
        if (application is null || (selector.Tenant is { } tenant && tenant.Id != application.TenantId && !application.IsMultiTenant))
            return Aadsts.ApplicationNotFound(clientId, selector.Name);
        return application;
    }

    /// <summary>Client id and secret from HTTP Basic (each form-encoded, RFC 6749 §2.3.1) or from the form.</summary>
    public static (string? ClientId, string? Secret) Credentials(HttpRequest request, IReadOnlyDictionary<string, string> form)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var bytes = new byte[header.Length];
            if (Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length))
            {
                var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
                if (parts.Length == 2)
                    return (Decode(parts[0]), Decode(parts[1]));
            }
        }
        return (form.GetValueOrDefault("client_id"), form.GetValueOrDefault("client_secret"));
    }

    /// <summary>Null when the value is a live secret of the application (entra-oidc.md §2.6, "Client credentials").</summary>
    public static AadstsError? CheckSecret(Application application, string secret, DateTimeOffset now)
    {
        if (ClientSecrets.Find(application, secret) is not { } credential || credential.StartDateTime > now)
            return Aadsts.WrongSecret(application.AppId);
        return credential.EndDateTime <= now ? Aadsts.ExpiredSecret(application.AppId) : null;
    }

    private static string Decode(string value) => Uri.UnescapeDataString(value.Replace('+', ' '));
}
