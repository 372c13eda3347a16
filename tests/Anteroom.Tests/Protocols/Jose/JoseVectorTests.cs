using System.Text;
using Anteroom.Protocols.Jose;

namespace Anteroom.Tests.Protocols.Jose;

/// <summary>The examples that the RFCs publish.</summary>
public sealed class JoseVectorTests
{
    private const string Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    [Fact] // RFC 7515 appendix A.2
    public void Verifies_the_published_rs256_token()
    {
        var key = Key(
            """
            {"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}
            """,
            SignatureAlgorithm.RS256
        );
        const string Signature =
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

        AssertIsJoe($"eyJhbGciOiJSUzI1NiJ9.{Payload}.{Signature}", key);
    }

    [Fact] // RFC 7515 appendix A.3
    public void Verifies_the_published_es256_token()
    {
        var key = Key(
            """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""",
            SignatureAlgorithm.ES256
        );
        AssertIsJoe(
            $"eyJhbGciOiJFUzI1NiJ9.{Payload}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            key
        );
    }

    [Fact] // RFC 7638 §3.1
    public void Computes_the_published_thumbprint()
    {
        var parsed = JsonWebKey.Parse(
            """
            {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
            """u8
        );
        Assert.True(parsed.TryGet(out var key, out _));
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.Thumbprint());
        Assert.Equal("2011-04-29", key.Kid);
    }

    private static VerificationKey Key(string json, SignatureAlgorithm algorithm)
    {
        Assert.True(JsonWebKey.Parse(Encoding.UTF8.GetBytes(json)).TryGet(out var key, out var refused), refused?.Reason);
        Assert.True(key.ToVerificationKey(algorithm).TryGet(out var ready, out refused), refused?.Reason);
        return ready;
    }

    private static void AssertIsJoe(string token, VerificationKey key)
    {
        Assert.True(JsonWebToken.Parse(token).TryGet(out var unverified, out var error), error?.Reason);
        Assert.True(unverified.Verify(key).TryGet(out var verified, out error), error?.Reason);
        Assert.True(verified.Claims.TryGetString("iss", out var issuer) && issuer == "joe");
        Assert.True(verified.Claims.TryGetNumericDate("exp", out var expires) && expires == DateTimeOffset.FromUnixTimeSeconds(1300819380));
        Assert.True(verified.Claims.TryGetBoolean("http://example.com/is_root", out var root) && root is true);
    }
}
