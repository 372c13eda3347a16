using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Finds the application that a client id means in a directory.</summary>
internal static class Clients
{
    private const string PersonalOnly = "PersonalMicrosoftAccount";

    /// <summary>The application that may be used at this path: its home, any directory when it is multi-tenant, or a shared endpoint (§1.2).</summary>
    public static Result<Application, AadstsError> Find(EntraDirectory directory, TenantSelector selector, string clientId)
    {
        if (!Guid.TryParseExact(clientId, "D", out var appId) || appId == Guid.Empty)
            return RequestErrors.NotAnApplicationId(clientId);
        if (directory.FindApplication(appId) is not { } application)
            return RequestErrors.ApplicationNotFound(clientId, selector.Name);
        if (AudienceProblem(application, selector) is { } wrong)
            return wrong;
        var isElsewhere = selector is { IsConsumers: false, Tenant: { } tenant } && tenant.Id != application.TenantId;
        return isElsewhere && !application.IsMultiTenant ? RequestErrors.ApplicationNotFound(clientId, selector.Name) : application;
    }

    /// <summary>"Supported account types" against the path: common, organizations, consumers, or a tenant.</summary>
    private static AadstsError? AudienceProblem(Application application, TenantSelector selector)
    {
        var (id, name) = (application.AppId, application.DisplayName);
        if (selector.IsConsumers)
        {
            return application.SignInAudience is Application.MultiTenantAndPersonal or PersonalOnly
                ? null
                : RequestErrors.WorkOrSchoolOnly(id, name);
        }
        return application.SignInAudience == PersonalOnly && selector.Segment != "common" ? RequestErrors.PersonalOnly(id, name) : null;
    }
}
