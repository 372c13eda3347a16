using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.EntraEmulator.Portal;

/// <summary>An administrator in the portal of the stage's tenant, by forms alone.</summary>
internal sealed partial class PortalVisit(EmulatorStage stage) : IDisposable
{
    private readonly EmulatorBrowser _browser = stage.NewBrowser();

    public string Root => $"/portal/{stage.TenantId}";

    public string Registration => $"{Root}/app-registrations/{stage.AppId}";

    public string Enterprise => $"{Root}/enterprise-applications/{stage.AppId}";

    public Task<EmulatorBrowser.Page> OpenAsync(string path) => _browser.OpenAsync(path);

    /// <summary>Sends a form with the token that the portal gave this browser.</summary>
    public async Task<EmulatorBrowser.Page> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        var token = TokenField().Match((await _browser.OpenAsync("/portal")).Html).Groups[1].Value;
        return await _browser.PostAsync(path, [("token", token), .. fields]);
    }

    /// <summary>Sends a form that must succeed, and follows it.</summary>
    public async Task<EmulatorBrowser.Page> SaveAsync(string path, params (string Name, string Value)[] fields)
    {
        var answer = await PostAsync(path, fields);
        Assert.True(answer.Location is not null, $"{path} was refused: {answer.Html}");
        return await OpenAsync(answer.Location);
    }

    /// <summary>Sends a form that must be refused: the reason stands at the top and beside its field, and what was typed stays.</summary>
    public async Task RefusesAsync(string path, string field, string reason, params (string Name, string Value)[] fields)
    {
        var answer = await PostAsync(path, fields);
        Assert.Null(answer.Location);
        Assert.Contains("role=\"alert\"", answer.Html, StringComparison.Ordinal);
        Assert.Contains(reason, answer.Text, StringComparison.Ordinal);
        if (field.Length == 0)
            return;
        Assert.Contains($"id=\"{field}-problem\"", answer.Html, StringComparison.Ordinal);
        if (fields.FirstOrDefault(typed => typed.Name == field).Value is { Length: > 0 } kept)
            Assert.Contains(kept, answer.Text, StringComparison.Ordinal);
    }

    /// <summary>The registration as the control API shows it.</summary>
    public Task<JsonObject> ApplicationAsync() => stage.ControlAsync(HttpMethod.Get, $"/applications/{stage.AppId}");

    public Task<JsonObject> UserAsync(string? id = null) =>
        stage.ControlAsync(HttpMethod.Get, $"/tenants/{stage.TenantId}/users/{id ?? stage.UserId}");

    public Task<JsonObject> PrincipalAsync() =>
        stage.ControlAsync(HttpMethod.Get, $"/tenants/{stage.TenantId}/service-principals/{stage.AppId}");

    public void Dispose() => _browser.Dispose();

    [GeneratedRegex("name=\"token\" value=\"([^\"]*)\"")]
    private static partial Regex TokenField();
}
