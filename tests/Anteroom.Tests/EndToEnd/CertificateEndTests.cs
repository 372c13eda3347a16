using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A certificate whose time is over: nobody is sent to a provider from which no answer could be redeemed.</summary>
public sealed class CertificateEndTests(MovableRig movable) : IClassFixture<MovableRig>
{
    [Fact]
    [Trait("Security", "SEC-076")]
    public async Task A_certificate_that_has_ended_stops_sign_ins_before_they_begin()
    {
        var contoso = await Contoso.CreateAsync(
            movable.Rig,
            new() { Settings = settings => settings with { Credential = CredentialKind.Certificate } }
        );
        var before = await contoso.Rows.CountAsync();
        movable.Rig.Clock.Advance(contoso.Connection.Settings.Certificate!.EndsAt - movable.Rig.Clock.GetUtcNow());

        using var browser = movable.Rig.NewBrowser();
        var page = await browser.GetAsync(movable.Application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);

        await Refused.AssertAsync(contoso, page, before, "certificate_expired");
        Assert.Empty(await movable.Rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/authorize"));
    }
}
