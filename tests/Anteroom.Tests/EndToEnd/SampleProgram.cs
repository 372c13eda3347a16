using Anteroom.Harness;
using Sample = Anteroom.Samples.WebApplication.Program;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The sample application in this process, registered at a rig.</summary>
internal sealed class SampleProgram(WebApplication application, string address, RelyingParty client) : IAsyncDisposable
{
    public string Address => address;

    public string ClientId => client.ClientId;

    public static async Task<SampleProgram> StartAsync(AnteroomRig rig)
    {
        var address = $"http://localhost:{FreePort.Next()}";
        var client = await RelyingParty.RegisterAsync(
            rig,
            change: draft =>
                draft with
                {
                    Name = "Sample application",
                    RedirectUris = [address + "/signin-oidc"],
                    PostLogoutRedirectUris = [address + "/signed-out"],
                }
        );
        string[] arguments =
        [
            "--urls=" + address,
            "--OIDC_AUTHORITY=" + rig.Address,
            "--OIDC_CLIENT_ID=" + client.ClientId,
            "--OIDC_CLIENT_SECRET=" + client.ClientSecret,
        ];
        if (!Sample.TryBuild(arguments, out var application, out var missing))
            throw new InvalidOperationException(missing);
        await application.StartAsync();
        return new(application, address, client);
    }

    /// <summary>From the application's page to the application's page, by way of company code and Entra.</summary>
    public async Task<Page> SignInAsync(HttpBrowser browser, Contoso contoso, Person person)
    {
        var question = await browser.GetAsync(address + "/sign-in");
        var entra = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = contoso.Code });
        return await EntraPages.SignInAsync(browser, entra, person);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
