using System.Security.Cryptography;
using Anteroom.Protocols.OAuth;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>Says that a code was typed, and that then somebody signed in, in this order (SEC-038).</summary>
/// <param name="Session">Whose answer it will be; in a browser without it the ticket is nothing (SEC-111).</param>
internal sealed record DeviceTicket(UserCode Code, OrganizationId Organization, SessionId Session);

/// <summary>Tickets as texts that only we can write and read.</summary>
internal sealed class DeviceTickets(IDataProtectionProvider protection)
{
    private const int LongestText = 1024;

    private readonly IDataProtector _protector = protection.CreateProtector("Anteroom.Federation.Oidc.DeviceTicket.v1");

    public string Write(DeviceTicket ticket) => _protector.Protect($"{ticket.Code.Value} {ticket.Organization} {ticket.Session}");

    /// <returns>Null for a text that we did not write.</returns>
    public DeviceTicket? Read(string? text)
    {
        if (text is null or { Length: 0 or > LongestText })
            return null;
        try
        {
            return
                _protector.Unprotect(text).Split(' ') is [var code, var organization, var session]
                && UserCode.TryParse(code, out var userCode)
                && OrganizationId.TryParse(organization, out var organizationId)
                && SessionId.TryParse(session, out var sessionId)
                ? new(userCode, organizationId, sessionId)
                : null;
        }
        catch (CryptographicException)
        {
            return null; // not ours, or from keys that are gone
        }
    }
}
