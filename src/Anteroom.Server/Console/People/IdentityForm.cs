using Anteroom.Server.Connections;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Console.Integrations;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.People;

/// <summary>An administrator says who a person is at Entra, by tenant id and object id (SEC-074 b).</summary>
internal static class IdentityForm
{
    private const string Path = "/organizations/{slug}/users/{id}/identities/new";
    private const string Cloud = "cloud";
    private const string Tenant = "tenantId";
    private const string ObjectId = "objectId";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("users.update");
        console.MapPost(Path, LinkAsync).Operation("users.update");
    }

    private static async Task<IResult> ShowAsync(
        string id,
        HttpContext http,
        UserStore users,
        ConnectionStore connections,
        CloudStore clouds,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(room.Id, userId, ct) is not { } user)
            return problems.NotFound();
        if (AdministerUsers.TooPowerful(user, http.Administrator()) is { } tooPowerful)
            return problems.For(tooPowerful.Code);
        // Where all connections lead to one tenant, it is that one.
        var tenants = (await connections.ListAsync(room.Id, ct))
            .Where(one => one.Settings.TenantId is not null)
            .Select(one => (Cloud: one.Settings.Cloud!, Tenant: one.Settings.TenantId!.Value))
            .Distinct()
            .ToList();
        FormValues values = tenants is [var only]
            ? new([KeyValuePair.Create(Cloud, only.Cloud), KeyValuePair.Create(Tenant, only.Tenant.ToString("D"))])
            : new([KeyValuePair.Create(Cloud, Entra.Providers.Cloud.Global.Key)]);
        return pages.Form(Form(http, pages, user, await clouds.ListAsync(ct), values));
    }

    private static async Task<IResult> LinkAsync(
        string id,
        HttpContext http,
        UserStore users,
        CloudStore clouds,
        AdministerUsers administer,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var room = http.Room()!;
        if (!UserId.TryParse(id, out var userId) || await users.FindAsync(room.Id, userId, ct) is not { } user)
            return problems.NotFound();
        var typed = await FormValues.TypedAsync(http, ct);
        var known = await clouds.ListAsync(ct);
        var page = Form(http, pages, user, known, typed);
        if (pages.AskForProof(http, page) is { } proof)
            return proof;
        if (known.FirstOrDefault(entry => entry.Cloud.Key == typed[Cloud]) is not { } cloud)
            return pages.Form(new FormFault(Cloud, pages["Identity.Fault.Cloud"]).On(page));
        if (PastedId.Clean(typed[Tenant]) is not { } tenant)
            return pages.Form(new FormFault(Tenant, pages["Identity.Fault.Id"]).On(page));
        if (PastedId.Clean(typed[ObjectId]) is not { } objectId)
            return pages.Form(new FormFault(ObjectId, pages["Identity.Fault.Id"]).On(page));

        var edit = new UserEdit { Identity = new(cloud.Cloud.Key, Guid.Parse(tenant), Guid.Parse(objectId)) };
        var linked = await administer.ChangeAsync(room, userId, version: null, edit, http.Administrator(), ct);
        return linked.TryGet(out _, out var refusal)
            ? ConsolePages.Back(Navigation.Of(room, $"users/{user.Id}"), "user.linked")
            : pages.Form(FormFault.Of(refusal.Code, refusal.Detail, refusal.Member).On(page));
    }

    private static FormPage Form(HttpContext http, ConsolePages pages, User user, IReadOnlyList<CloudEntry> clouds, FormValues values)
    {
        var room = http.Room()!;
        var address = Navigation.Of(room, $"users/{user.Id}");
        return new(
            pages.Frame(
                http,
                pages["Identity.Title"],
                Navigation.Of(room, "users"),
                UserPages.UsersCrumb(room, pages),
                new Crumb(user.DisplayName ?? user.UserName, address)
            ),
            [
                new(Cloud, pages["Mail.Cloud"], values[Cloud])
                {
                    Kind = FieldKind.Choice,
                    Options = [.. clouds.Select(entry => (entry.Cloud.Key, entry.Name))],
                },
                new(Tenant, pages["User.TenantId"], values[Tenant])
                {
                    Required = true,
                    Verbatim = true,
                    Help = pages["Identity.Tenant.Help"],
                },
                new(ObjectId, pages["User.ObjectId"], values[ObjectId])
                {
                    Required = true,
                    Verbatim = true,
                    Help = pages["Identity.ObjectId.Help"],
                },
            ],
            pages["Identity.Link"],
            address
        )
        {
            Lead = pages["Identity.Lead"],
        };
    }
}
