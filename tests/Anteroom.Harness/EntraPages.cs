namespace Anteroom.Harness;

/// <summary>What a person says where Entra asks for consent.</summary>
public enum Consent
{
    /// <summary>Nothing yet.</summary>
    Ask,

    /// <summary>Yes, for themselves.</summary>
    ForMyself,

    /// <summary>Yes, with "Consent on behalf of your organization" ticked where it is there.</summary>
    ForAll,
}

/// <summary>What a person does on Entra's pages: types name and password, chooses another account, declines to stay signed in.</summary>
public static class EntraPages
{
    private const int MostPages = 8;

    /// <summary>Goes on until the browser has left Entra or nothing more can be pressed there.</summary>
    /// <param name="answer">The button on pages that ask something else, as "Stay signed in?" does.</param>
    /// <param name="consent">What is said where Entra asks for consent; without it, its page is where this ends, as is the one that asks for an administrator.</param>
    /// <param name="carries">Whether the browser does what scripts of pages would: it posts Entra's answer, and redeems a code that only a browser may redeem.</param>
    public static async Task<Page> SignInAsync(
        HttpBrowser browser,
        Page page,
        Person person,
        string answer = "no",
        bool carries = true,
        Consent consent = Consent.Ask
    )
    {
        for (var count = 0; count < MostPages; count++)
        {
            if (carries && page.IsPostedAnswer)
                page = await browser.SubmitAsync(page);
            if (carries && RedemptionPage.Of(page) is { } redemption)
                return await redemption.FinishAsync(browser);
            if (page.Html.Forms.Length == 0 || page.Html.QuerySelector("[name=ctx]") is null)
                return page;
            if (page.Html.QuerySelector(".alert") is not null)
                return page; // Entra refuses what was typed

            if (StepOf(page) == "approval" || (StepOf(page) == "consent" && consent == Consent.Ask))
                return page;

            page =
                StepOf(page) == "consent" ? await browser.SubmitAsync(page, FieldsOf(consent), "accept")
                : page.Html.QuerySelector("[name=passwd]") is not null ? await PasswordAsync(browser, page, person)
                : page.Html.QuerySelector("[name=loginfmt]") is not null
                    ? await browser.SubmitAsync(page, new Dictionary<string, string> { ["loginfmt"] = person.UserName }, "username")
                : page.Html.QuerySelector("[name=account]") is not null ? await browser.SubmitAsync(page, button: ChoiceOf(page, person))
                : page.Html.QuerySelector("[name=answer][value=approve]") is not null ? await browser.SubmitAsync(page, button: "approve")
                : page.Html.QuerySelector("[name=answer]") is not null ? await browser.SubmitAsync(page, button: answer)
                : await browser.SubmitAsync(page);
        }
        throw new InvalidOperationException($"Entra's pages do not end: {page.Text}");
    }

    private static string? StepOf(Page page) => page.Html.QuerySelector("input[name=step]")?.GetAttribute("value");

    private static Dictionary<string, string> FieldsOf(Consent consent) =>
        consent == Consent.ForAll ? new() { ["organization"] = "on" } : [];

    /// <summary>A login_hint may have brought another account's name: only the person's own password is ever typed.</summary>
    private static Task<Page> PasswordAsync(HttpBrowser browser, Page page, Person person) =>
        page.Text.Contains(person.UserName, StringComparison.OrdinalIgnoreCase)
            ? browser.SubmitAsync(page, new Dictionary<string, string> { ["passwd"] = person.Password }, "password")
            : browser.SubmitAsync(page, button: "another");

    private static string ChoiceOf(Page page, Person person) =>
        page.Html.QuerySelectorAll("[name=account]").Any(choice => choice.GetAttribute("value") == person.ObjectId.ToString())
            ? person.ObjectId.ToString()
            : "other";
}
