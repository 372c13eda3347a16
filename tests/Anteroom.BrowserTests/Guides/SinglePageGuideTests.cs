using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.BrowserTests.Rig;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Guides;

/// <summary>Guide 4: a single-page application without a secret. Quotations are the guide's own words.</summary>
[Collection("Guides")]
public sealed class SinglePageGuideTests(Sites sites)
{
    [Fact, Trait("Capability", "IMP-03")]
    public Task A_single_page_registration_ends_with_tokens_without_a_secret() =>
        sites.VisitAsync(async visitor =>
        {
            // "the URL needs to respect the pattern: https://MY_ORG_NAME.….com/api/single-sign-on"
            var redirect = $"https://my-org.{BlankApplications.Domain}/api/single-sign-on";
            var tenant = await sites.NewTenantAsync("Orchard Forms");
            var person = await sites.NewPersonAsync(tenant, "Sina Spa");
            var reader = await Reader.OpenAsync(sites, visitor);
            await reader.ClickAsync("Orchard Forms");
            await reader.SeesAsync("Orchard Forms");

            // "1. Search for 'Microsoft Entra ID'"
            await reader.SearchAsync("Microsoft Entra ID");
            await reader.ClickAsync("Microsoft Entra ID (Azure Active Directory)");
            await reader.SeesAsync("Orchard Forms");
            // "2. On the left side menu, click in 'App Registrations'"
            await reader.ClickMenuAsync("App Registrations");
            await reader.SeesAsync("App registrations");
            // "3. Click on the top menu item 'New Registration'"
            await reader.ClickAsync("New Registration");
            await reader.SeesAsync("Register an application");
            // "4. For 'Name' and 'Supported account types' choose what suits you."
            await reader.FillAsync("Name", "Forms");
            await reader.TickAsync("Single tenant");
            // "choose the application type as 'Single-page application (SPA)'"
            await reader.ChooseAsync("Select a platform", "Single-page application (SPA)");
            await reader.FillAsync("Redirect URI", redirect);
            // "click on 'Register' and the application will be created"
            await reader.ClickAsync("Register");
            await reader.SeesAsync("Forms");
            // "5. Go to the 'Overview' page … copy … 'Application (client) ID' and 'Directory (tenant) ID' (we don't need 'Object Id' …)"
            var values = new CopiedValues(
                sites,
                ClientId: await reader.CopyAsync("Application (client) ID"),
                TenantId: await reader.CopyAsync("Directory (tenant) ID")
            );
            Assert.NotEqual(values.ClientId, await reader.CopyAsync("Object ID"));

            // Troubleshooting: "go to 'Authentication' on the left menu side and make sure the options for the field 'Select the tokens you
            // would like to be issued by the authorization endpoint:' are NOT selected"
            await reader.ClickMenuAsync("Authentication");
            await reader.SeesAsync("Authentication");
            await reader.ReadsAsync("Select the tokens you would like to be issued by the authorization endpoint:");
            await Assertions.Expect(reader.Page.GetByLabel("Access tokens")).Not.ToBeCheckedAsync();
            await Assertions.Expect(reader.Page.GetByLabel("ID tokens")).Not.ToBeCheckedAsync();
            await reader.ReadsAsync("Single-page application (SPA)");
            // "go to 'API permissions' … and make sure to enable the permissions"
            await reader.ClickMenuAsync("API permissions");
            await reader.SeesAsync("API permissions");
            await reader.ReadsAsync("User.Read");

            // "it will be possible for them to log in": the code is redeemed by the page itself, from its own origin.
            var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
            await visitor.Page.GotoAsync(
                values.AuthorizeUrl(redirect, $"&response_type=code&code_challenge={challenge}&code_challenge_method=S256")
            );
            await visitor.EnterUserNameAsync(person);
            await visitor.EnterPasswordAsync(person);
            await visitor.SeesHeadingAsync("Permissions requested");
            await visitor.Button("Accept").ClickAsync();
            await visitor.DoNotStaySignedInAsync();
            var reply = await CopiedValues.ReplyAsync(visitor.Page, redirect);
            var claims = CopiedValues.Claims(await RedeemInPageAsync(visitor.Page, values, redirect, reply["code"], verifier));
            Assert.Equal((person.UserPrincipalName, values.ClientId), ((string?)claims["preferred_username"], (string?)claims["aud"]));

            // "In case you need to set up multi-factor authentication with exceptions … enable ID tokens by ticking the box for
            // 'ID tokens (used for implicit and hybrid flows)'"
            await visitor.Page.GotoAsync(
                $"{sites.Endpoints.EmulatorPortal}/{values.TenantId}/app-registrations/{values.ClientId}/authentication"
            );
            await reader.TickAsync("ID tokens (used for implicit and hybrid flows)");
            await reader.SavesAsync();
            await visitor.Page.GotoAsync(values.AuthorizeUrl(redirect, "&response_type=id_token&response_mode=fragment"));
            var implicitReply = await CopiedValues.ReplyAsync(visitor.Page, redirect);
            Assert.Equal("n-1", (string?)CopiedValues.Claims(implicitReply["id_token"])["nonce"]);
        });

    /// <summary>As MSAL.js does: fetch across origins, without a secret.</summary>
    private static async Task<string> RedeemInPageAsync(IPage page, CopiedValues values, string redirect, string code, string verifier)
    {
        var answer = await page.EvaluateAsync<JsonElement>(
            """
            async ([address, fields]) => {
              const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields) });
              return await answer.json();
            }
            """,
            new object[]
            {
                values.TokenUrl,
                new Dictionary<string, string>
                {
                    ["grant_type"] = "authorization_code",
                    ["client_id"] = values.ClientId,
                    ["code"] = code,
                    ["redirect_uri"] = redirect,
                    ["code_verifier"] = verifier,
                },
            }
        );
        Assert.True(answer.TryGetProperty("id_token", out var token), answer.ToString());
        return token.GetString()!;
    }
}
