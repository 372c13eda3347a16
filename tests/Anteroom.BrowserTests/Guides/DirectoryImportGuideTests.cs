using Anteroom.BrowserTests.Rig;

namespace Anteroom.BrowserTests.Guides;

/// <summary>
/// Guide 2: a directory is read, and passwords in it are changed, by an application of its own. Quotations are the guide's own words.
/// </summary>
[Collection("Guides")]
public sealed class DirectoryImportGuideTests(Sites sites)
{
    private static readonly string[] Permissions =
    [
        // "For user import:"
        "User.Read.All",
        "Group.Read.All",
        "Domain.Read.All",
        // "For password management:"
        "User.ReadWrite.All",
        "User-PasswordProfile.ReadWrite.All",
    ];

    [Fact, Trait("Capability", "HID-24"), Trait("Capability", "HID-25"), Trait("Capability", "HID-26"), Trait("Capability", "HID-34")]
    public Task Groups_a_secret_and_application_permissions_end_with_an_import_and_a_changed_password() =>
        sites.VisitAsync(async visitor =>
        {
            var tenant = await sites.NewTenantAsync("Harbor Imports");
            var (first, second) = (await sites.NewPersonAsync(tenant, "Ingrid Import"), await sites.NewPersonAsync(tenant, "Rolf Rotate"));
            var reader = await Reader.OpenAsync(sites, visitor);
            await reader.ClickAsync("Harbor Imports");
            await reader.SeesAsync("Harbor Imports");

            // "Step 1: create the following groups in Microsoft Entra ID: … Users Sync: Add to this group all users who should be imported"
            await AddGroupAsync(reader, "Users Sync", $"{first.UserPrincipalName}\n{second.UserPrincipalName}");
            // "… Key Auto Password Change (optional): … These users must also be members of … Users Sync."
            await AddGroupAsync(reader, "Key Auto Password Change", second.UserPrincipalName);

            // "Step 2: Navigate to Azure Active Directory → App registrations."
            await reader.SearchAsync("Azure Active Directory");
            await reader.ClickAsync("Microsoft Entra ID (Azure Active Directory)");
            await reader.SeesAsync("Harbor Imports");
            await reader.ClickMenuAsync("App registrations");
            await reader.SeesAsync("App registrations");
            // "Click New registration and fill out the form: Name; Supported account types: Single tenant; Redirect URI (optional): Leave empty"
            await reader.ClickAsync("New registration");
            await reader.SeesAsync("Register an application");
            await reader.FillAsync("Name", "Server Integration");
            await reader.TickAsync("Single tenant");
            await reader.ReadsAsync("Redirect URI (optional)");
            // "Click Register."
            await reader.ClickAsync("Register");
            await reader.SeesAsync("Server Integration");
            // "On the app's Overview page, copy: Application (Client) ID, Directory (Tenant) ID"
            var values = new CopiedValues(
                sites,
                ClientId: await reader.CopyAsync("Application (Client) ID"),
                TenantId: await reader.CopyAsync("Directory (Tenant) ID")
            );

            // "Step 3: In the app registration, go to Certificates & secrets."
            await reader.ClickMenuAsync("Certificates & secrets");
            await reader.SeesAsync("Certificates & secrets");
            // "Click New client secret → set a description and expiration. Click Add."
            await reader.ClickAsync("New client secret");
            await reader.FillAsync("Description", "Integration");
            await reader.ChooseAsync("Expires", "730 days (24 months)");
            await reader.ClickAsync("Add");
            // "Copy the generated value from the Value column"
            var (value, secretId) = (await reader.CopyAsync("Value"), await reader.CopyAsync("Secret ID"));
            await values.SecretWorksAsync(value, secretId);
            Assert.Equal(403, (await values.GraphAsync(value, HttpMethod.Get, "users")).Status); // nothing was granted yet

            // "Step 4: Go to API permissions → Add a permission → Microsoft Graph."
            await reader.ClickMenuAsync("API permissions");
            await reader.SeesAsync("API permissions");
            await reader.ClickAsync("Add a permission");
            await reader.SeesAsync("Request API permissions");
            await reader.ClickAsync("Microsoft Graph");
            // "Choose Application permissions."
            await reader.ClickAsync("Application permissions");
            await reader.ReadsAsync("background service");
            await reader.LooksRightAsync("application");
            // "Add the following permissions"
            foreach (var permission in Permissions)
                await reader.TickFirstWordAsync(permission);
            await reader.ClickAsync("Add permissions");
            await reader.SeesAsync("API permissions");
            await reader.ReadsAsync("Not granted for Harbor Imports");
            await reader.LooksRightAsync("not granted");
            // "Click Grant admin consent to apply all permissions."
            await reader.ClickAsync("Grant admin consent for Harbor Imports");
            await reader.ReadsAsync("Saved.");
            await reader.LooksRightAsync("granted");

            // Steps 5 to 7 are the server's: it takes these values, finds the domain, lists the group, and changes a password.
            Assert.Contains(
                (await values.GraphAsync(value, HttpMethod.Get, "domains")).Body!["value"]!.AsArray(),
                domain => (string?)domain!["id"] == tenant.Domain
            );
            Assert.Equal(["Ingrid Import", "Rolf Rotate"], await MembersAsync(values, value, "Users Sync"));
            Assert.Equal(["Rolf Rotate"], await MembersAsync(values, value, "Key Auto Password Change"));
            // Where the guide is silent: an application that sets passwords also needs a directory role (graph.md §6.2).
            var change = new { passwordProfile = new { password = "Rotated-by-the-server-28", forceChangePasswordNextSignIn = false } };
            Assert.Equal(403, (await values.GraphAsync(value, HttpMethod.Patch, $"users/{second.ObjectId}", change)).Status);
            await reader.ClickMenuAsync("Roles and administrators");
            await reader.SeesAsync("Roles and administrators");
            await reader.ClickAsync("Add assignments");
            await reader.LooksRightAsync("form");
            await reader.ChooseAsync("Directory role", "User Administrator");
            await reader.FillAsync("User principal name, application name or object ID", "Server Integration");
            await reader.ClickAsync("Assign");
            await reader.ReadsAsync("Saved.");
            await reader.LooksRightAsync("assigned");

            var changed = second with { Password = "Rotated-by-the-server-28" };
            Assert.Equal(204, (await values.GraphAsync(value, HttpMethod.Patch, $"users/{second.ObjectId}", change)).Status);
            Assert.Equal(50126, (int)(await values.PasswordTokenAsync(second, value))["error_codes"]![0]!);
            Assert.NotNull((await values.PasswordTokenAsync(changed, value))["id_token"]);
        });

    private static async Task AddGroupAsync(Reader reader, string name, string members)
    {
        await reader.ClickMenuAsync("Groups");
        await reader.SeesAsync("Groups");
        await reader.ClickAsync("New group");
        await reader.LooksRightAsync("form");
        await reader.FillAsync("Group name", name);
        await reader.FillAsync("Members, one user principal name or object ID per line", members);
        await reader.ClickAsync("Create");
        await reader.SeesAsync(name);
    }

    private static async Task<IEnumerable<string>> MembersAsync(CopiedValues values, string secret, string group)
    {
        var found = await values.GraphAsync(secret, HttpMethod.Get, $"groups?$filter=displayName eq '{group}'");
        var members = await values.GraphAsync(secret, HttpMethod.Get, $"groups/{found.Body!["value"]![0]!["id"]}/members");
        return members.Body!["value"]!.AsArray().Select(member => (string)member!["displayName"]!).Order(StringComparer.Ordinal);
    }
}
