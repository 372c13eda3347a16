namespace Anteroom.Entra.Requests;

/// <summary>A request to a provider's end-session endpoint (OIDC RP-Initiated Logout §2), as the address that the browser is sent to.</summary>
/// <remarks>Entra returns only to an address that is registered as a redirect URI. Its <c>logout_hint</c> is the opaque <c>login_hint</c> claim, never a user name.</remarks>
public sealed record EndSessionRequest(Uri Endpoint)
{
    public string? ClientId { get; init; }
    public string? LogoutHint { get; init; }
    public string? IdTokenHint { get; init; }
    public string? PostLogoutRedirectUri { get; init; }
    public string? State { get; init; }

    public Uri ToUri()
    {
        var query = new QueryBuilder(Endpoint);
        query.Add("client_id", ClientId);
        query.Add("logout_hint", LogoutHint);
        query.Add("id_token_hint", IdTokenHint);
        query.Add("post_logout_redirect_uri", PostLogoutRedirectUri);
        query.Add("state", State);
        return query.ToUri();
    }
}
