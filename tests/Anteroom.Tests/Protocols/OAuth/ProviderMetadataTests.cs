using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Protocols.OAuth;

namespace Anteroom.Tests.Protocols.OAuth;

[Trait("Security", "SEC-070")]
public sealed class ProviderMetadataTests
{
    private const string Issuer = "https://login.example/6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f/v2.0";

    [Fact] // OpenID Connect Discovery §3
    public void Reads_a_whole_document()
    {
        var read = Accepted(Document());
        Assert.Equal(Issuer, read.Issuer);
        Assert.Equal(new Uri("https://login.example/authorize?p=1"), read.AuthorizationEndpoint);
        Assert.Equal(new Uri("https://login.example/token"), read.TokenEndpoint);
        Assert.Equal(new Uri("https://login.example/keys"), read.JwksUri);
        Assert.Equal(new Uri("https://login.example/userinfo"), read.UserinfoEndpoint);
        Assert.Equal(new Uri("https://login.example/logout"), read.EndSessionEndpoint);
        Assert.Equal(new Uri("https://login.example/device"), read.DeviceAuthorizationEndpoint);
        Assert.True(read.AuthorizationResponseIssParameterSupported);
        Assert.Equal(["query", "form_post"], read.ResponseModesSupported!);
        Assert.Equal(["code"], read.ResponseTypesSupported!);
        Assert.Equal(["openid"], read.ScopesSupported!);
        Assert.Equal(["S256"], read.CodeChallengeMethodsSupported!);
        Assert.Equal(["RS256"], read.IdTokenSigningAlgValuesSupported!);
        Assert.Equal(["client_secret_post"], read.TokenEndpointAuthMethodsSupported!);
        Assert.True(read.Members.TryGetString("msgraph_host", out var graph) && graph == "graph.example");
        Assert.Equal(6, read.Addresses.Count());
    }

    [Fact]
    public void What_need_not_be_there_need_not_be_there()
    {
        var read = Accepted(
            new JsonObject
            {
                ["issuer"] = "https://login.example/{tenantid}/v2.0",
                ["authorization_endpoint"] = "http://localhost:5081/authorize",
                ["jwks_uri"] = "http://localhost:5081/keys",
            }
        );
        Assert.Equal("https://login.example/{tenantid}/v2.0", read.Issuer); // as written, for a comparison byte for byte
        Assert.Null(read.TokenEndpoint);
        Assert.Null(read.ResponseModesSupported);
        Assert.False(read.AuthorizationResponseIssParameterSupported); // RFC 9207 §3
        Assert.Equal(2, read.Addresses.Count());
    }

    [Theory]
    [InlineData("issuer")]
    [InlineData("authorization_endpoint")]
    [InlineData("jwks_uri")]
    public void Three_members_must_be_there(string member)
    {
        var document = Document();
        document.Remove(member);
        Assert.Equal("missing", Refusal(document));
    }

    [Theory]
    [InlineData("issuer", "1")]
    [InlineData("issuer", "null")]
    [InlineData("issuer", "[\"https://login.example\"]")]
    [InlineData("token_endpoint", "null")]
    [InlineData("token_endpoint", "{}")]
    [InlineData("jwks_uri", "[\"https://login.example/keys\"]")]
    [InlineData("authorization_response_iss_parameter_supported", "\"true\"")]
    [InlineData("response_modes_supported", "{}")]
    [InlineData("response_modes_supported", "[1]")]
    [InlineData("code_challenge_methods_supported", "true")]
    public void A_member_of_another_type_is_refused(string member, string json)
    {
        var document = Document();
        document[member] = JsonNode.Parse(json);
        Assert.Equal("wrong_type", Refusal(document));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/token")]
    [InlineData("token")]
    [InlineData("//login.example/token")]
    [InlineData("https:/login.example/token")]
    [InlineData("https://")]
    [InlineData("ftp://login.example/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user@login.example/token")]
    [InlineData("https://login.example/token#x")]
    public void Every_address_is_absolute(string address)
    {
        foreach (
            var member in new[]
            {
                "authorization_endpoint",
                "token_endpoint",
                "jwks_uri",
                "userinfo_endpoint",
                "end_session_endpoint",
                "device_authorization_endpoint",
            }
        )
        {
            var document = Document();
            document[member] = address;
            Assert.Equal("not_absolute", Refusal(document));
        }
    }

    [Fact]
    public void Broken_documents_are_refused()
    {
        var text = Document().ToJsonString();
        Assert.Equal("malformed", Refusal(text[..^1])); // truncation
        Assert.Equal("malformed", Refusal(text + "{}")); // leftover input
        Assert.Equal("malformed", Refusal(text[..^1] + ",\"issuer\":\"https://evil.example\"}")); // a duplicate
        Assert.Equal("malformed", Refusal("[]"));
        Assert.Equal("malformed", Refusal(""));
        var utf8 = Encoding.UTF8.GetBytes(text);
        Assert.True(ProviderMetadata.Parse(utf8, utf8.Length).TryGet(out _, out _));
        Assert.False(ProviderMetadata.Parse(utf8, utf8.Length - 1).TryGet(out _, out _)); // oversize
    }

    private static JsonObject Document() =>
        new()
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = "https://login.example/authorize?p=1",
            ["token_endpoint"] = "https://login.example/token",
            ["jwks_uri"] = "https://login.example/keys",
            ["userinfo_endpoint"] = "https://login.example/userinfo",
            ["end_session_endpoint"] = "https://login.example/logout",
            ["device_authorization_endpoint"] = "https://login.example/device",
            ["authorization_response_iss_parameter_supported"] = true,
            ["response_types_supported"] = new JsonArray("code"),
            ["response_modes_supported"] = new JsonArray("query", "form_post"),
            ["scopes_supported"] = new JsonArray("openid"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post"),
            ["msgraph_host"] = "graph.example",
        };

    private static ProviderMetadata Accepted(JsonObject document)
    {
        Assert.True(
            ProviderMetadata.Parse(Encoding.UTF8.GetBytes(document.ToJsonString())).TryGet(out var read, out var error),
            error?.Reason
        );
        return read;
    }

    private static string? Refusal(JsonObject document) => Refusal(document.ToJsonString());

    private static string? Refusal(string text) =>
        ProviderMetadata.Parse(Encoding.UTF8.GetBytes(text)).TryGet(out _, out var error) ? null : error.Code;
}
