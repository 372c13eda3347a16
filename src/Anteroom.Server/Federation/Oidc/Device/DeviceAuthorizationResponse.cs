namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>A successful answer of the device authorization endpoint (RFC 8628 §3.2). Never logged.</summary>
/// <param name="VerificationUriComplete">With the user code, for a QR code; whoever opens it is asked all the same (§5.4).</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="Interval">Seconds between two questions.</param>
public sealed record DeviceAuthorizationResponse(
    string DeviceCode,
    string UserCode,
    string VerificationUri,
    string VerificationUriComplete,
    int ExpiresIn,
    int Interval
)
{
    public override string ToString() => "[codes]";
}
