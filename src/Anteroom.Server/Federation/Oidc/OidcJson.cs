using System.Text.Json.Serialization;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.Device;
using Anteroom.Server.Federation.Oidc.Discovery;
using Anteroom.Server.Federation.Oidc.Introspection;
using Anteroom.Server.Federation.Oidc.PushedAuthorization;
using Anteroom.Server.Federation.Oidc.Token;

namespace Anteroom.Server.Federation.Oidc;

/// <summary>The wire, letter by letter as the specifications spell it; absent members are left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DiscoveryDocument))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(IntrospectionResponse))]
[JsonSerializable(typeof(PushedAuthorizationResponse))]
[JsonSerializable(typeof(DeviceAuthorizationResponse))]
[JsonSerializable(typeof(PushedRequest))]
[JsonSerializable(typeof(OidcState))]
[JsonSerializable(typeof(CrossedRequest))]
internal sealed partial class OidcJson : JsonSerializerContext;

/// <summary>RFC 6749 §5.2.</summary>
internal sealed record ErrorResponse(string Error, string ErrorDescription);
