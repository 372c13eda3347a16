using Anteroom.Entra.Providers;

namespace Anteroom.Entra.Requests;

/// <summary>The address at which an administrator of whichever tenant consents to an application for everybody there (entra-oidc.md §6.2). It can be sent to somebody.</summary>
/// <remarks>The answer has no proof in it: its <c>tenant</c> is whatever the browser that brings it says.</remarks>
public sealed record AdminConsentRequest(Cloud Cloud, string ClientId, string Scope, string RedirectUri, string State)
{
    public Uri ToUri()
    {
        var query = new QueryBuilder(new Uri(Cloud.Authority, "/organizations/v2.0/adminconsent"));
        query.Add("client_id", ClientId);
        query.Add("scope", Scope);
        query.Add("redirect_uri", RedirectUri);
        query.Add("state", State);
        return query.ToUri();
    }
}
