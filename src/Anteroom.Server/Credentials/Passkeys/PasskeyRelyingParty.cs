using System.Net;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>For whom a passkey is made and where it answers: one host, at one origin (WebAuthn §4, RP ID; SEC-220).</summary>
/// <param name="Id">The host. Exactly it, never the domain above, so that the hosts of two organizations share no passkey.</param>
/// <param name="Origin">Scheme, host and port as browsers write them.</param>
public sealed record PasskeyRelyingParty(string Id, string Origin)
{
    /// <summary>Null where browsers make no passkeys: an address of numbers is no RP ID.</summary>
    public static PasskeyRelyingParty? At(string origin)
    {
        var address = new Uri(origin);
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out _))
            return null;
        var port = address.IsDefaultPort ? "" : $":{address.Port}";
        return new(address.IdnHost, $"{address.Scheme}://{address.IdnHost}{port}");
    }
}
