using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Discovery;

/// <summary>The user-realm probe (entra-oidc.md §1.2): is this name's domain managed here, federated, or unknown?</summary>
internal static class UserRealmEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/common/userrealm/{user}", Version1);
        routes.MapGet("/getuserrealm.srf", Legacy);
    }

    private static IResult Version1(HttpContext http, string user, EntraDirectory directory)
    {
        var (_, domain) = Find(directory, user);
        var cloud = CloudShape.Of(directory.Settings);
        var body = new JsonObject { ["ver"] = "1.0", ["account_type"] = domain is null ? "Unknown" : domain.AuthenticationType };
        if (domain is not null)
            body["domain_name"] = domain.Id;
        if (domain?.FederationConfiguration is { } federation)
        {
            body["federation_protocol"] = federation.PreferredAuthenticationProtocol == "saml" ? "SAML20" : "WSTrust";
            body["federation_metadata_url"] = federation.MetadataExchangeUri;
            body["federation_active_auth_url"] = federation.ActiveSignInUri;
        }
        body["cloud_instance_name"] = cloud.InstanceName;
        body["cloud_audience_urn"] = "urn:federation:MicrosoftOnline";
        return DiscoveryReplies.Json(http, body);
    }

    private static IResult Legacy(HttpContext http, EntraDirectory directory, string? login)
    {
        var (tenant, domain) = Find(directory, login ?? "");
        var body = new JsonObject
        {
            ["State"] =
                domain is null ? 4
                : domain.AuthenticationType == Domain.Federated ? 3
                : 4,
            ["UserState"] = domain is null ? 1 : 2,
            ["Login"] = login ?? "",
            ["NameSpaceType"] = domain is null ? "Unknown" : domain.AuthenticationType,
        };
        if (domain is not null)
        {
            body["DomainName"] = domain.Id;
            body["FederationBrandName"] = tenant!.DisplayName;
            if (domain.FederationConfiguration is { } federation)
                body["AuthURL"] = federation.PassiveSignInUri;
        }
        body["CloudInstanceName"] = CloudShape.Of(directory.Settings).InstanceName;
        return DiscoveryReplies.Json(http, body);
    }

    private static (Tenant? Tenant, Domain? Domain) Find(EntraDirectory directory, string name)
    {
        var domain = name[(name.LastIndexOf('@') + 1)..];
        var tenant = directory.TenantsByDomain.First(domain);
        return (tenant, tenant?.DomainOf(name));
    }
}
