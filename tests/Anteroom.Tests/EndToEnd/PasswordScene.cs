using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.EndToEnd;

/// <summary>An organization that allows passwords, and Mira, who has one.</summary>
internal sealed record PasswordScene(AnteroomRig Rig, RelyingParty Application, Contoso Contoso, User Mira)
{
    public string Email => "mira@" + Contoso.Domain;

    public Letters Letters => new(Rig, Contoso.Organization.Id);

    /// <param name="withProvider">Whether there is Entra besides.</param>
    public static async Task<PasswordScene> SetAsync(
        AnteroomRig rig,
        RelyingParty application,
        bool withProvider = false,
        bool hasPassword = true
    )
    {
        var contoso = await Contoso.CreateAsync(rig);
        if (!withProvider)
            await contoso.MoveAsync(ConnectionStep.Disable);
        await PasswordVisit.AllowAsync(contoso, true);
        var mira = await PasswordVisit.AddMemberAsync(rig, contoso.Organization.Id, "Mira." + contoso.Slug, "mira@" + contoso.Domain);
        if (hasPassword)
            await PasswordVisit.SetAsync(rig, mira);
        return new(rig, application, contoso, mira);
    }

    public AuthorizationAttempt Begin(params ReadOnlySpan<(string Name, string? Value)> parameters) =>
        Application.Begin([("organization", Contoso.Slug), .. parameters]);

    /// <summary>In a browser that nobody knows.</summary>
    public async Task<Page> TryAsync(string password, string? userName = null, HttpBrowser? browser = null)
    {
        using var own = browser is null ? Rig.NewBrowser() : null;
        return await PasswordVisit.SignInAsync(browser ?? own!, Begin(), userName ?? Mira.UserName, password);
    }

    public async Task<bool> GetsInAsync(string password = PasswordVisit.Right, HttpBrowser? browser = null) =>
        (await TryAsync(password, browser: browser)).Answer.ContainsKey("code");

    /// <summary>Asks for a mail as somebody who has forgotten it; the page after.</summary>
    public async Task<Page> ForgetAsync(string? userName = null, Func<Dictionary<string, string>, Dictionary<string, string>>? bend = null)
    {
        using var browser = Rig.NewBrowser();
        var question = await browser.ClickAsync(
            await PasswordVisit.OpenAsync(browser, Begin(), userName ?? Mira.UserName),
            "Forgot your password?"
        );
        return await browser.SubmitAsync(question, bend?.Invoke([]));
    }
}
