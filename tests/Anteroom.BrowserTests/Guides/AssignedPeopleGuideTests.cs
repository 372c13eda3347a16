using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;

namespace Anteroom.BrowserTests.Guides;

/// <summary>Guide 3: a web application that only assigned people may use. Quotations are the guide's own words.</summary>
[Collection("Guides")]
public sealed class AssignedPeopleGuideTests(Sites sites)
{
    [
        Fact,
        Trait("Capability", "HEL-01"),
        Trait("Capability", "HEL-04"),
        Trait("Capability", "HEL-05"),
        Trait("Capability", "HEL-06"),
        Trait("Capability", "HEL-07")
    ]
    public Task A_registration_from_the_Add_menu_ends_with_a_sign_in_of_who_was_assigned() =>
        sites.VisitAsync(async visitor =>
        {
            var redirect = $"https://auth.{BlankApplications.Domain}/v1/callback";
            var tenant = await sites.NewTenantAsync("Default Directory");
            var (assigned, other) = (
                await sites.NewPersonAsync(tenant, "Ansel Assigned"),
                await sites.NewPersonAsync(tenant, "Otto Other")
            );

            // "Log into Microsoft Azure and open Default Directory."
            var reader = await Reader.OpenAsync(sites, visitor);
            await reader.ClickAsync("Default Directory");
            await reader.SeesAsync("Default Directory");
            // "In the '+Add' menu, click 'App registration'"
            await reader.ClickAsync("Add");
            await reader.LooksRightAsync("menu");
            await reader.ClickAsync("App registration");
            await reader.SeesAsync("Register an application");

            // "Name: e.g. …; Redirect URI: Choose 'Web' and set https://auth…/v1/callback; Click 'Register'"
            await reader.FillAsync("Name", "Field tracks");
            await reader.ChooseAsync("Select a platform", "Web");
            await reader.FillAsync("Redirect URI", redirect);
            await reader.ClickAsync("Register");
            await reader.SeesAsync("Field tracks");

            // "After creating the Application, enter 'Add a certificate or Secret'"
            await reader.ClickAsync("Add a certificate or secret");
            await reader.SeesAsync("Certificates & secrets");
            // "click '+ New client secret'. Click 'Add'."
            await reader.ClickAsync("New client secret");
            await reader.ClickAsync("Add");
            // "Keep a copy of your secret Value. (not Secret ID)"
            var (value, secretId) = (await reader.CopyAsync("Value"), await reader.CopyAsync("Secret ID"));

            // "You can assign users to the app e.g. by clicking the link below 'Managed application in local directory' in the app overview page"
            await reader.ClickMenuAsync("Overview");
            await reader.SeesAsync("Field tracks");
            // "Enter Tenant ID and Client ID which can be retrieved from the application overview page"
            var values = new CopiedValues(
                sites,
                ClientId: await reader.CopyAsync("Application (client) ID"),
                TenantId: await reader.CopyAsync("Directory (tenant) ID")
            );
            await reader.ReadsAsync("Managed application in local directory");
            await reader.FollowAsync("Managed application in local directory");
            await reader.SeesAsync("Properties");
            // "Only users that are assigned to the app have access"
            await reader.ChooseYesAsync("Assignment required?");
            await reader.SavesAsync();
            // "Assign Users and Groups to the … App"
            await reader.ClickMenuAsync("Users and groups");
            await reader.SeesAsync("Users and groups");
            await reader.ClickAsync("Add user/group");
            await reader.LooksRightAsync("form");
            await reader.FillAsync("User principal name, group name or object ID", assigned.UserPrincipalName);
            await reader.ClickAsync("Assign");
            await reader.ReadsAsync("Ansel Assigned");
            await reader.LooksRightAsync("assigned");

            // Where the guide is silent: where assignment is required, only an administrator can consent (AADSTS90094).
            await reader.ClickMenuAsync("Permissions");
            await reader.SeesAsync("Permissions");
            await reader.ClickAsync("Grant admin consent for Default Directory");
            await reader.ReadsAsync("Saved.");
            await reader.LooksRightAsync("granted");

            // "All done. Now users are ready": who is assigned gets in, who is not reads why.
            await visitor.Page.GotoAsync(values.AuthorizeUrl(redirect));
            await visitor.EnterUserNameAsync(assigned);
            await visitor.EnterPasswordAsync(assigned);
            await visitor.DoNotStaySignedInAsync();
            var reply = await CopiedValues.ReplyAsync(visitor.Page, redirect);
            var tokens = await values.TokenAsync(
                ("grant_type", "authorization_code"),
                ("client_secret", value),
                ("code", reply["code"]),
                ("redirect_uri", redirect)
            );
            Assert.Equal("Ansel Assigned", (string?)CopiedValues.Claims(JsonCalls.Text(tokens, "id_token"))["name"]);
            await values.SecretWorksAsync(value, secretId);

            await visitor.Page.GotoAsync(values.AuthorizeUrl(redirect, "&response_type=code&prompt=login"));
            await visitor.Button("Use another account").ClickAsync();
            await visitor.EnterUserNameAsync(other);
            await visitor.EnterPasswordAsync(other);
            Assert.StartsWith(
                "AADSTS50105",
                (await CopiedValues.ReplyAsync(visitor.Page, redirect))["error_description"],
                StringComparison.Ordinal
            );
        });
}
