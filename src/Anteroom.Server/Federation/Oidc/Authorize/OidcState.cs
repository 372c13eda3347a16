using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Protocols.OAuth;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>What OIDC needs again at the end of a sign-in, compact for the transaction's cookie (SEC-033).</summary>
/// <param name="Registered">Only where it differs from the redirect URI.</param>
/// <param name="Mode">Only where it is not <c>query</c>.</param>
/// <param name="Pushed">The handle of a pushed request, to be used up with the answer.</param>
internal sealed record OidcState(
    [property: JsonPropertyName("r")] string RedirectUri,
    [property: JsonPropertyName("g")] string? Registered,
    [property: JsonPropertyName("m")] string? Mode,
    [property: JsonPropertyName("s")] string? State,
    [property: JsonPropertyName("n")] string? Nonce,
    [property: JsonPropertyName("c")] string Challenge,
    [property: JsonPropertyName("o")] string Scope,
    [property: JsonPropertyName("t")] string? Resource,
    [property: JsonPropertyName("u")] string? Pushed = null
)
{
    public ResponseTarget Target =>
        new(RedirectUri, Registered ?? RedirectUri, ResponseMode.TryParse(Mode, out var mode) ? mode : ResponseMode.Query, State);

    public static string Write(AuthorizationRequest request)
    {
        var target = request.Target;
        return JsonSerializer.Serialize(
            new OidcState(
                target.RedirectUri,
                target.Registered == target.RedirectUri ? null : target.Registered,
                target.Mode == ResponseMode.Query ? null : target.Mode.Name,
                target.State,
                request.Nonce,
                request.Challenge.Value,
                request.Scope.ToString(),
                request.Resources.Text,
                request.Pushed?.Reveal()
            ),
            OidcJson.Default.OidcState
        );
    }

    /// <exception cref="JsonException">Not written by us; the transaction's encryption says that this cannot come from outside.</exception>
    public static OidcState Read(string text) =>
        JsonSerializer.Deserialize(text, OidcJson.Default.OidcState) ?? throw new JsonException("The protocol's state is empty.");
}
