using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Rig;

/// <summary>An authenticator that the browser has for tests (WebAuthn §11), with a person who is there and verified until told otherwise.</summary>
internal sealed class VirtualAuthenticator
{
    private readonly ICDPSession _session;
    private readonly string _id;

    private VirtualAuthenticator(ICDPSession session, string id) => (_session, _id) = (session, id);

    public static async Task<VirtualAuthenticator> AddAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        return await AddAsync(session, "internal");
    }

    /// <summary>A second one at the same browser.</summary>
    public Task<VirtualAuthenticator> AddAnotherAsync(string transport) => AddAsync(_session, transport);

    /// <summary>The person takes the finger away.</summary>
    public Task RefuseAsync() => VerifyAsync(false);

    public Task AcceptAsync() => VerifyAsync(true);

    public Task LeaveAsync() => TouchAsync(false);

    public Task ReturnAsync() => TouchAsync(true);

    public Task RemoveAsync() => _session.SendAsync("WebAuthn.removeVirtualAuthenticator", new() { ["authenticatorId"] = _id });

    private static async Task<VirtualAuthenticator> AddAsync(ICDPSession session, string transport)
    {
        var added = await session.SendAsync(
            "WebAuthn.addVirtualAuthenticator",
            new()
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["ctap2Version"] = "ctap2_1",
                    ["transport"] = transport,
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            }
        );
        return new(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    private Task TouchAsync(bool enabled) =>
        _session.SendAsync("WebAuthn.setAutomaticPresenceSimulation", new() { ["authenticatorId"] = _id, ["enabled"] = enabled });

    private Task VerifyAsync(bool verified) =>
        _session.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = _id, ["isUserVerified"] = verified });
}
