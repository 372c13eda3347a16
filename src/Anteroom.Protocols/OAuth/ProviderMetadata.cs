using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.OAuth;

/// <summary>A provider's discovery document as its client reads it (OpenID Connect Discovery §3, RFC 8414 §2).</summary>
/// <remarks>
/// Well-formed is not yet trusted: the caller compares <see cref="Issuer"/> byte for byte with the configured one, and <see cref="Addresses"/> with https and
/// the hosts that may be called (SEC-070).
/// </remarks>
public sealed class ProviderMetadata
{
    private const int DefaultMaxBytes = 256 * 1024;

    private ProviderMetadata(string issuer, Uri authorizationEndpoint, Uri jwksUri, JsonMembers members)
    {
        Issuer = issuer;
        AuthorizationEndpoint = authorizationEndpoint;
        JwksUri = jwksUri;
        Members = members;
    }

    /// <summary>As written; Entra's shared endpoints put a <c>{tenantid}</c> here.</summary>
    public string Issuer { get; }

    public Uri AuthorizationEndpoint { get; }

    public Uri JwksUri { get; }

    public Uri? TokenEndpoint { get; private init; }
    public Uri? UserinfoEndpoint { get; private init; }
    public Uri? EndSessionEndpoint { get; private init; }
    public Uri? DeviceAuthorizationEndpoint { get; private init; }

    /// <summary>Whether every response names its issuer (RFC 9207 §3); false when the document does not say.</summary>
    public bool AuthorizationResponseIssParameterSupported { get; private init; }

    public IReadOnlyList<string>? ResponseTypesSupported { get; private init; }
    public IReadOnlyList<string>? ResponseModesSupported { get; private init; }
    public IReadOnlyList<string>? ScopesSupported { get; private init; }
    public IReadOnlyList<string>? CodeChallengeMethodsSupported { get; private init; }
    public IReadOnlyList<string>? IdTokenSigningAlgValuesSupported { get; private init; }
    public IReadOnlyList<string>? TokenEndpointAuthMethodsSupported { get; private init; }

    /// <summary>The whole document, for members that one provider adds.</summary>
    public JsonMembers Members { get; }

    /// <summary>Every address of the document that we may call or send a browser to.</summary>
    public IEnumerable<Uri> Addresses =>
        new[]
        {
            AuthorizationEndpoint,
            JwksUri,
            TokenEndpoint,
            UserinfoEndpoint,
            EndSessionEndpoint,
            DeviceAuthorizationEndpoint,
        }.OfType<Uri>();

    /// <summary>Refuses a document that lacks issuer, authorization_endpoint or jwks_uri, or where a known member has another type or is no absolute address.</summary>
    public static Result<ProviderMetadata, ProviderMetadataError> Parse(ReadOnlySpan<byte> utf8, int maxBytes = DefaultMaxBytes)
    {
        if (!StrictJson.ParseObject(utf8, maxBytes).TryGet(out var members, out var malformed))
            return ProviderMetadataError.Malformed(malformed.Reason);

        var reader = new Reader(members);
        var issuer = reader.RequiredString("issuer");
        var authorization = reader.RequiredAddress("authorization_endpoint");
        var jwks = reader.RequiredAddress("jwks_uri");
        var metadata = new ProviderMetadata(issuer!, authorization!, jwks!, members)
        {
            TokenEndpoint = reader.Address("token_endpoint"),
            UserinfoEndpoint = reader.Address("userinfo_endpoint"),
            EndSessionEndpoint = reader.Address("end_session_endpoint"),
            DeviceAuthorizationEndpoint = reader.Address("device_authorization_endpoint"),
            AuthorizationResponseIssParameterSupported = reader.Boolean("authorization_response_iss_parameter_supported") ?? false,
            ResponseTypesSupported = reader.Strings("response_types_supported"),
            ResponseModesSupported = reader.Strings("response_modes_supported"),
            ScopesSupported = reader.Strings("scopes_supported"),
            CodeChallengeMethodsSupported = reader.Strings("code_challenge_methods_supported"),
            IdTokenSigningAlgValuesSupported = reader.Strings("id_token_signing_alg_values_supported"),
            TokenEndpointAuthMethodsSupported = reader.Strings("token_endpoint_auth_methods_supported"),
        };
        return reader.Error is { } error ? error : metadata;
    }

    /// <summary>Reads member after member and keeps the first thing that was wrong.</summary>
    private sealed class Reader(JsonMembers members)
    {
        public ProviderMetadataError? Error { get; private set; }

        public string? RequiredString(string name)
        {
            if (!members.TryGetString(name, out var value))
                Error ??= ProviderMetadataError.WrongType(name);
            else if (string.IsNullOrEmpty(value))
                Error ??= ProviderMetadataError.Missing(name);
            return value;
        }

        public Uri? RequiredAddress(string name)
        {
            var address = Address(name);
            if (address is null)
                Error ??= ProviderMetadataError.Missing(name);
            return address;
        }

        public Uri? Address(string name)
        {
            if (!members.TryGetString(name, out var text))
                Error ??= ProviderMetadataError.WrongType(name);
            if (text is null)
                return null;
            if (IsAbsolute(text) && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0)
                return address;
            Error ??= ProviderMetadataError.NotAbsolute(name);
            return null;
        }

        // On Unix "/path" is an absolute file address to the parser, so the scheme is compared in the text.
        private static bool IsAbsolute(string text) =>
            (
                text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            ) && !text.Contains('#', StringComparison.Ordinal);

        public bool? Boolean(string name)
        {
            if (!members.TryGetBoolean(name, out var value))
                Error ??= ProviderMetadataError.WrongType(name);
            return value;
        }

        public IReadOnlyList<string>? Strings(string name)
        {
            if (!members.TryGetStrings(name, out var values))
                Error ??= ProviderMetadataError.WrongType(name);
            return values;
        }
    }
}
