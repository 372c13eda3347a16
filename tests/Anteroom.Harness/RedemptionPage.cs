using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;

namespace Anteroom.Harness;

/// <summary>Our page that redeems a code in the browser, with a test in the place of its script.</summary>
public sealed class RedemptionPage
{
    private readonly IHtmlFormElement _form;

    private RedemptionPage(Page page, IHtmlFormElement form) => (Page, _form) = (page, form);

    public Page Page { get; }

    public Uri TokenEndpoint => new(_form.GetAttribute("data-redeem")!);

    /// <summary>What the script sends there.</summary>
    public Dictionary<string, string> Request =>
        new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = _form.GetAttribute("data-client")!,
            ["code"] = _form.GetAttribute("data-code")!,
            ["redirect_uri"] = _form.GetAttribute("data-redirect")!,
            ["code_verifier"] = _form.GetAttribute("data-verifier")!,
        };

    /// <summary>Null where it is another page.</summary>
    public static RedemptionPage? Of(Page page) =>
        page.Html.QuerySelector("form[data-redeem]") is IHtmlFormElement form ? new(page, form) : null;

    /// <summary>Asks Entra for the id_token, as the script does.</summary>
    public async Task<string> RedeemAsync(HttpBrowser browser)
    {
        var answer = await browser.FetchAsync(Page, TokenEndpoint, Request);
        return (string?)JsonNode.Parse(answer.Body)!["id_token"] ?? throw new InvalidOperationException(answer.Body);
    }

    /// <summary>Hands something over, as the script does at its end.</summary>
    public Task<Page> HandOverAsync(HttpBrowser browser, params (string Name, string Value)[] said) =>
        browser.SubmitAsync(Page, said.ToDictionary(field => field.Name, field => field.Value));

    /// <summary>What the script does. An answer without CORS headers is one that it cannot read.</summary>
    public async Task<Page> FinishAsync(HttpBrowser browser)
    {
        var answer = await browser.FetchAsync(Page, TokenEndpoint, Request);
        if (!answer.Headers.ContainsKey("Access-Control-Allow-Origin"))
            return await HandOverAsync(browser, ("error", "unreadable"));
        var told = JsonNode.Parse(answer.Body)!;
        return told["id_token"] is { } token
            ? await HandOverAsync(browser, ("id_token", (string)token!))
            : await HandOverAsync(browser, ("error", "refused"), ("aadsts", told["error_codes"]![0]!.ToString()));
    }
}
