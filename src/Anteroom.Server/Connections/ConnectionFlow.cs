using Anteroom.Entra.Requests;

namespace Anteroom.Server.Connections;

/// <summary>Who turns an authorization code into a token.</summary>
public enum Redeemer
{
    /// <summary>Nobody: the id_token comes with the answer.</summary>
    Nobody,

    /// <summary>We, with the client's credential and PKCE.</summary>
    Server,

    /// <summary>A page of ours in the person's browser, with PKCE alone.</summary>
    Browser,
}

/// <summary>What client kind and response mode of a connection come to. Request, answer, test and instructions follow from it, and from nothing else (docs/decisions/0020).</summary>
/// <param name="Asks">The <c>response_type</c>.</param>
/// <param name="ComesBy">The <c>response_mode</c>: with an id_token in it only form_post (SEC-067).</param>
public sealed record ConnectionFlow(UpstreamResponseType Asks, UpstreamResponseMode ComesBy, Redeemer Redeemer)
{
    private static readonly ConnectionFlow Code = new(UpstreamResponseType.Code, UpstreamResponseMode.Query, Redeemer.Server);
    private static readonly ConnectionFlow InBrowser = Code with { Redeemer = Redeemer.Browser };
    private static readonly ConnectionFlow Hybrid = new(UpstreamResponseType.CodeIdToken, UpstreamResponseMode.FormPost, Redeemer.Server);
    private static readonly ConnectionFlow IdToken = new(UpstreamResponseType.IdToken, UpstreamResponseMode.FormPost, Redeemer.Nobody);

    public static ConnectionFlow Of(ConnectionSettings settings) =>
        settings.ResponseMode switch
        {
            ResponseMode.Hybrid => Hybrid,
            ResponseMode.IdToken => IdToken,
            _ => settings.ClientKind == ClientKind.Browser ? InBrowser : Code,
        };

    public bool HasCode => Asks != UpstreamResponseType.IdToken;

    public bool HasIdToken => Asks != UpstreamResponseType.Code;

    /// <summary>Whether the client must prove itself; where not, nothing of the kind is asked for.</summary>
    public bool NeedsCredential => Redeemer == Redeemer.Server;

    /// <summary>Whether a credential may be kept at all. A browser's client has none, so none can be lost.</summary>
    public bool MayHaveCredential => Redeemer != Redeemer.Browser;
}
