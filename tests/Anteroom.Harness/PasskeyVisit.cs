using AngleSharp.Html.Dom;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Provisioning;

namespace Anteroom.Harness;

/// <summary>What the script of our pages does with a passkey's form, in tests without a script.</summary>
public static class PasskeyVisit
{
    /// <summary>The form that the script would show; null where the page offers none.</summary>
    public static IHtmlFormElement? OfferOn(Page page) => (IHtmlFormElement?)page.Html.QuerySelector("form[data-passkey]");

    /// <summary>The unseen fields of the form, with what a person fills in.</summary>
    public static Dictionary<string, string> FieldsOf(Page page, params (string Name, string Value)[] typed)
    {
        var form =
            OfferOn(page)
            ?? throw new InvalidOperationException(
                $"No passkey is offered on {(int)page.Status} {page.Address} {page.Location}: {page.Text}"
            );
        var fields = form.QuerySelectorAll("input").OfType<IHtmlInputElement>().ToDictionary(input => input.Name!, input => input.Value);
        foreach (var (name, value) in typed)
            fields[name] = value;
        return fields;
    }

    /// <summary>Asks for the options as the script does.</summary>
    public static Task<Page> AskAsync(HttpBrowser browser, Page page, params (string Name, string Value)[] typed)
    {
        var fields = FieldsOf(page, typed);
        return browser.PostAsync(new Uri(page.Address, OfferOn(page)!.GetAttribute("data-options")!).AbsoluteUri, fields, follow: false);
    }

    /// <summary>Sends the authenticator's answer as the form does.</summary>
    public static Task<Page> SendAsync(HttpBrowser browser, Page page, string credential, params (string Name, string Value)[] typed) =>
        browser.PostAsync(
            new Uri(page.Address, OfferOn(page)!.GetAttribute("action")!).AbsoluteUri,
            FieldsOf(page, [.. typed, ("credential", credential)])
        );

    /// <summary>From the page with the offer to the answer.</summary>
    public static async Task<Page> SignInAsync(
        HttpBrowser browser,
        Page page,
        SoftwareAuthenticator authenticator,
        AuthenticatorManners? manners = null
    ) => await SendAsync(browser, page, authenticator.Get((await AskAsync(browser, page)).Body, manners));

    /// <summary>Gives a user a passkey, as their account page does after a fresh sign-in.</summary>
    public static async Task<Passkey> EnrolAsync(
        AnteroomRig rig,
        User user,
        SoftwareAuthenticator authenticator,
        AuthenticatorManners? manners = null,
        string? origin = null
    ) => (await TryEnrolAsync(rig, user, authenticator, manners, origin)).OrThrow();

    /// <inheritdoc cref="EnrolAsync"/>
    public static async Task<Result<Passkey, PasskeyRefusal>> TryEnrolAsync(
        AnteroomRig rig,
        User user,
        SoftwareAuthenticator authenticator,
        AuthenticatorManners? manners = null,
        string? origin = null
    )
    {
        var (enrolment, http, now) = (rig.Get<PasskeyEnrolment>(), new DefaultHttpContext(), rig.Clock.GetUtcNow());
        var party = PasskeyRelyingParty.At(origin ?? rig.Address)!;
        var owner = new PasskeyOwner(user.Organization, user.Id, user.UserName, user.DisplayName);
        var binding = CeremonyBinding.To("test", user.Id.Value.ToString());
        var begun = await enrolment.BeginAsync(http, party, owner, binding, now, default);
        if (!begun.TryGet(out var options, out var refused))
            return refused;
        var json = authenticator.Create(options, manners);
        var received = await enrolment.ReceiveAsync(http, party, user.Organization, user.Id, binding, json, default);
        if (!received.TryGet(out var made, out var refusal))
            return refusal;
        await using var tx = await rig.Database.BeginAsync(user.Organization, default);
        var added = await enrolment.AddAsync(tx, owner, made, "Laptop", AnteroomRig.Desk, default);
        if (added.TryGet(out _, out _))
            await tx.CommitAsync(default);
        return added;
    }

    private static Passkey OrThrow(this Result<Passkey, PasskeyRefusal> result) =>
        result.TryGet(out var passkey, out var refusal) ? passkey : throw new InvalidOperationException(refusal.ToString());
}
