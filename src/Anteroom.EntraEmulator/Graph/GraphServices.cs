using Anteroom.EntraEmulator.Graph.Resources;
using Anteroom.EntraEmulator.Graph.Schema;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>What Microsoft Graph is made of.</summary>
internal static class GraphServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<GraphSchema>();
        services.AddSingleton<GraphViews>();
        services.AddSingleton<GraphLists>();
        services.AddSingleton<GraphObjects>();
        services.AddSingleton<GraphTokens>();
        services.AddSingleton<GraphDispatcher>();
        services.AddSingleton<Replication>();
        services.AddSingleton<Throttle>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<TransitiveMembers>();
        services.AddSingleton<GroupMembers>();
        services.AddSingleton<UserChanges>();
        services.AddSingleton<OwnApplications>();
        services.AddSingleton<SentMails>();
        services.AddSingleton<IGraphResource, UserResource>();
        services.AddSingleton<IGraphResource, AuthenticationMethodResource>();
        services.AddSingleton<IGraphResource, GroupResource>();
        services.AddSingleton<IGraphResource, MembershipResource>();
        services.AddSingleton<IGraphResource, OwnerResource>();
        services.AddSingleton<IGraphResource, ApplicationResource>();
        services.AddSingleton<IGraphResource, CredentialResource>();
        services.AddSingleton<IGraphResource, ServicePrincipalResource>();
        services.AddSingleton<IGraphResource, ConsentResource>();
        services.AddSingleton<IGraphResource, RoleResource>();
        services.AddSingleton<IGraphResource, TenantResource>();
        services.AddSingleton<IGraphResource, DeletedItemResource>();
        services.AddSingleton<IGraphResource, LogResource>();
        services.AddSingleton<IGraphResource, PolicyResource>();
        services.AddSingleton<IGraphResource, ConditionalAccessResource>();
        services.AddSingleton<IGraphResource, InvitationResource>();
        services.AddSingleton<IGraphResource, MailResource>();
    }
}
