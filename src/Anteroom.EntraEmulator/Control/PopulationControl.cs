using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Generated people, guests by invitation, the recycle bin and the logs of a tenant.</summary>
internal static class PopulationControl
{
    private const int MostEntries = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/tenants/{tenant}/population", PopulateAsync);
        routes.MapPost("/tenants/{tenant}/invitations", InviteAsync);
        routes.MapPost("/invitations/{ticket}/redeem", Redeem);
        routes.MapGet("/tenants/{tenant}/deleted-items", Deleted);
        routes.MapPost("/deleted-items/{id:guid}/restore", Restore);
        routes.MapDelete("/deleted-items/{id:guid}", Purge);
        routes.MapGet(
            "/tenants/{tenant}/sign-ins",
            (string tenant, EntraDirectory directory, int limit = 100) =>
                TenantControl.Items(
                    directory
                        .SignInsByTenant.Backwards(ControlEndpoints.Tenant(directory, tenant).Id.ToString(), null)
                        .Take(Math.Clamp(limit, 1, MostEntries))
                        .Select(found => ControlJson.Write(found.Row))
                )
        );
        routes.MapGet(
            "/tenants/{tenant}/directory-audits",
            (string tenant, EntraDirectory directory, int limit = 100) =>
                TenantControl.Items(
                    directory
                        .AuditsByTenant.Backwards(ControlEndpoints.Tenant(directory, tenant).Id.ToString(), null)
                        .Take(Math.Clamp(limit, 1, MostEntries))
                        .Select(found => ControlJson.Write(found.Row))
                )
        );
    }

    /// <summary>{users, seed?, domain?}: made in no time, because only the seed is stored.</summary>
    private static async Task<IResult> PopulateAsync(
        HttpRequest request,
        string tenant,
        EntraDirectory directory,
        TenantEditor editor,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewPopulation>(await ControlJson.ObjectAsync(request, ct));
        var home = ControlEndpoints.Tenant(directory, tenant);
        var population = ControlEndpoints.Value(editor.Populate(home, body.Users, body.Domain, body.Seed));
        var first = directory.UsersByTenant.Find(home.Id.ToString()).First(user => user.PasswordHash is not null);
        return ControlEndpoints.Created(
            new JsonObject
            {
                ["users"] = population.Users,
                ["domain"] = population.Domain,
                ["groups"] = directory.GroupsByTenant.Find(home.Id.ToString()).Count(),
                ["example"] = ControlJson.View(first),
            }
        );
    }

    private static async Task<IResult> InviteAsync(
        HttpRequest request,
        string tenant,
        EntraDirectory directory,
        GuestInvitations invitations,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewInvitation>(await ControlJson.ObjectAsync(request, ct));
        var (home, redirect) = (ControlEndpoints.Tenant(directory, tenant), body.RedirectUrl ?? "https://myapplications.microsoft.com/");
        if (GuestInvitations.Problem(home, body.Mail, redirect) is { } problem)
            throw new ControlException(Resources.Texts.Get(problem.Key, problem.Value));
        var (invitation, guest) = invitations.Invite(home, body.Mail, redirect, body.DisplayName, sendMessage: false);
        var view = ControlJson.Write(invitation);
        view["inviteRedeemUrl"] = GuestInvitations.RedeemUrl(Hosting.Authority.Of(request.HttpContext).Url, invitation);
        view["invitedUser"] = ControlJson.View(guest);
        return ControlEndpoints.Created(view);
    }

    private static JsonObject Redeem(string ticket, GuestInvitations invitations) =>
        ControlJson.Write(invitations.Redeem(ticket) ?? throw new ControlException("There is no such invitation.", 404));

    private static JsonObject Deleted(string tenant, EntraDirectory directory, RecycleBin bin)
    {
        var id = ControlEndpoints.Tenant(directory, tenant).Id;
        return new JsonObject
        {
            ["users"] = new JsonArray([.. bin.Users(id).Select(user => ControlJson.View(user))]),
            ["groups"] = new JsonArray([.. bin.Groups(id).Select(ControlJson.Write)]),
            ["applications"] = new JsonArray([.. bin.Applications(id).Select(application => ControlJson.View(application, null))]),
        };
    }

    private static IResult Restore(Guid id, RecycleBin bin)
    {
        if (bin.FindUser(id) is { } user)
            return bin.Restore(user) is null ? throw new ControlException("The user name is taken.") : Results.NoContent();
        if (bin.FindGroup(id) is { } group)
            _ = bin.Restore(group);
        else
            _ = bin.Restore(bin.FindApplication(id) ?? throw new ControlException($"There is no deleted '{id}'.", 404));
        return Results.NoContent();
    }

    private static IResult Purge(Guid id, RecycleBin bin)
    {
        bin.Purge(id);
        return Results.NoContent();
    }

    private sealed record NewPopulation(int Users)
    {
        public string? Seed { get; init; }
        public string? Domain { get; init; }
    }

    private sealed record NewInvitation(string Mail)
    {
        public string? RedirectUrl { get; init; }
        public string? DisplayName { get; init; }
    }
}
