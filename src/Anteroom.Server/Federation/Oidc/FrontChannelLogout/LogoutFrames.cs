using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.SignOut;

namespace Anteroom.Server.Federation.Oidc.FrontChannelLogout;

/// <summary>The registered logout addresses of applications, with <c>iss</c> and <c>sid</c> (OIDC Front-Channel Logout §2, §3).</summary>
public sealed class LogoutFrames(ApplicationStore applications, SubjectNames subjects, AnteroomOptions options) : IFrontChannelLogout
{
    public async Task<IReadOnlyList<FrontChannelAddress>> AddressesAsync(IReadOnlyList<Farewell> farewells, CancellationToken ct)
    {
        List<FrontChannelAddress> addresses = [];
        foreach (var farewell in farewells)
        {
            // One that was switched off still holds the sessions that it began.
            if (
                await applications.FindByClientIdAsync(farewell.ClientId, ct)
                is not { Settings.FrontChannelLogoutUri: { } registered } application
            )
                continue;
            var sid = await subjects.SessionOfAsync(application, farewell.Session, ct);
            var address = ResponseUrl.Build(registered, ResponseMode.Query, [new("iss", options.Issuer), new("sid", sid)]);
            addresses.Add(new(farewell, new Uri(address)));
        }
        return addresses;
    }
}
