using Anteroom.Entra.Providers;
using Anteroom.EntraEmulator;
using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A cloud whose certificates come from an authority of its own: believed for that cloud, on every node, at once, and nowhere else.</summary>
public sealed class CloudTrustTests
{
    [Fact]
    [Trait("Security", "SEC-289")]
    [Trait("Security", "SEC-300")]
    public async Task Believes_the_authority_that_the_operator_named_for_a_cloud()
    {
        await using var emulator = await EmulatorServer.StartAsync(new() { HttpPort = 0, HttpsPort = 0 }, TimeProvider.System, default);
        var origin = emulator.Https!.AbsoluteUri.TrimEnd('/');
        await using var rig = await AnteroomRig.StartAsync(
            new()
            {
                Nodes = 2,
                Settings = new Dictionary<string, string> { ["Anteroom:AllowedTargets:1"] = origin },
            }
        );
        var tenant = Guid.Parse(
            (string)
                (
                    await new EmulatorControl(emulator.Http!.AbsoluteUri.TrimEnd('/')).PostAsync(
                        "tenants",
                        new { displayName = "Contoso", initialDomain = "contoso.onmicrosoft.com" }
                    )
                )["id"]!
        );
        var other = (InProcessNode)rig.Nodes[1]!;

        await AddAsync("plain", null);
        await AddAsync("trusting", emulator.CertificateAuthorityPem);

        // The other node hears of it without being told to look, and so does the first.
        await Poll.UntilAsync(
            "the other node knows the cloud",
            TimeSpan.FromSeconds(30), // by itself it looks after a minute
            async () => await other.Services.GetRequiredService<CloudStore>().FindAsync("trusting", default) is not null
        );
        foreach (var services in (IServiceProvider[])[rig.Services, other.Services])
        {
            Assert.Null(await FaultAsync(services, "trusting"));
            Assert.Equal("outbound_certificate", await FaultAsync(services, "plain")); // the same address through another cloud
        }

        async Task AddAsync(string key, string? trustedCa)
        {
            var added = await rig.Get<CloudStore>().AddAsync(key, key, origin, origin + "/graph", [], trustedCa, AnteroomRig.Desk, default);
            Assert.True(added.TryGet(out _, out var refusal), refusal?.ToString());
        }

        async Task<string?> FaultAsync(IServiceProvider services, string key)
        {
            var cloud = await services.GetRequiredService<CloudStore>().FindAsync(key, default);
            var asked = await services.GetRequiredService<ProviderMetadataCache>().GetAsync(new EntraProvider(cloud!, tenant), default);
            return asked.TryGet(out _, out var fault) ? null : fault.Outbound?.Code ?? fault.Code;
        }
    }
}
