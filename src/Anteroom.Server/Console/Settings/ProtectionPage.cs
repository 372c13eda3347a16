using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Console.Integrations;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Server.Console.Settings;

/// <summary>Protection → Security: how people of the organization are let in, and the connection to Entra that lets them in.</summary>
internal static class ProtectionPage
{
    private const string Path = "/organizations/{slug}/protection";

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet(Path, ShowAsync).Operation("signInPolicy.get");
        console.MapPost(Path, ChangeAsync).Operation("signInPolicy.put");
        console.MapPost(Path + "/connection", PrepareAsync).Operation("connections.create");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        ConnectionStore connections,
        CloudStore clouds,
        SharedRegistrations shared,
        OrganizationHosts hosts,
        ConsolePages pages,
        CancellationToken ct
    )
    {
        var facts = SecurityFacts.Of(
            http,
            http.Room()!,
            await clouds.ListAsync(ct),
            await connections.ListAsync(http.Room()!.Id, ct),
            await shared.ListAsync(ct),
            hosts
        );
        return Page(http, pages, facts, SecurityForm.Of(http, pages, facts, SecurityForm.ValuesOf(facts)));
    }

    /// <summary>The addresses to register are there before the connection is, and stay the same.</summary>
    private static async Task<IResult> PrepareAsync(HttpContext http, ChangeSecurity change, ProblemPages problems, CancellationToken ct) =>
        (await change.PrepareAsync(http.Room()!.Id, http.Audit(), ct)).TryGet(out var room, out _)
            ? new SeeOther(Navigation.Of(room, "protection"))
            : problems.NotFound();

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        ChangeSecurity security,
        ChangeSignInPolicy policies,
        ConnectionStore connections,
        CloudStore clouds,
        SharedRegistrations shared,
        OrganizationDirectory organizations,
        OrganizationHosts hosts,
        ConsolePages pages,
        ProblemPages problems,
        CancellationToken ct
    )
    {
        var (known, serving) = (await clouds.ListAsync(ct), await shared.ListAsync(ct));
        return await pages.EditAsync(
                http,
                ReadAsync,
                (facts, typed) => SecurityForm.Of(http, pages, facts, typed ?? SecurityForm.ValuesOf(facts)),
                SaveAsync,
                ct
            ) ?? problems.NotFound();

        async Task<SecurityFacts?> ReadAsync() =>
            await organizations.ReadAsync(http.Room()!.Id, ct) is { } room
                ? SecurityFacts.Of(http, room, known, await connections.ListAsync(room.Id, ct), serving, hosts)
                : null;

        async Task<IResult?> SaveAsync(SecurityFacts facts, Edit edit)
        {
            var (room, typed) = (facts.Room, edit.Typed);
            var policy = SecurityForm.PolicyOf(facts, typed);
            if (facts is { MayConnect: true, Connection: { } present } && SecurityForm.ChangesConnection(edit))
                return await ConnectedAsync(
                    facts,
                    edit,
                    await security.ChangeAsync(
                        room,
                        SecurityForm.ChangesPolicy(edit) ? policy : null,
                        present,
                        current => SecurityForm.DraftOf(current, typed, current.Name),
                        http.Caller().IsOperator,
                        http.Audit(),
                        ct
                    )
                );
            if (facts is { MayConnect: true, Connection: null } && DraftOf(facts, typed) is { } draft)
                return await ConnectedAsync(
                    facts,
                    edit,
                    await security.ConnectAsync(
                        room,
                        policy,
                        autoConnect: facts.All.Count == 0 && typed.IsOn(SecurityForm.AutoConnect),
                        draft,
                        http.Audit(),
                        ct
                    )
                );
            if (facts is { MayConnect: true, Connection: null })
                return Done(edit, facts, await security.KeepAsync(room, policy, SecurityForm.NextOf(facts, typed), http.Audit(), ct));
            var changed = await policies.HandleAsync(room.Id, room.Version, policy, http.Audit(), ct);
            return changed.TryGet(out _, out var refusal) ? Back(facts) : pages.Refused(edit, refusal.Code, refusal.Detail, refusal.Member);
        }

        ConnectionDraft? DraftOf(SecurityFacts facts, FormValues typed) =>
            SecurityForm.Connects(typed) ? SecurityForm.DraftOf(null, typed, pages["Provider.Entra"])
            : SecurityForm.SharedBy(facts, typed) is { } cloud ? SecurityForm.SharedDraftOf(typed, cloud, pages["Provider.Entra"])
            : null;

        async Task<IResult?> ConnectedAsync(SecurityFacts facts, Edit edit, Result<Connection, ConnectionRefusal> saved)
        {
            if (!saved.TryGet(out var connection, out var refusal))
                return Refused(http, pages, facts, edit, refusal);
            var inactive = await security.ActivateAsync(facts.Room, connection, http.Audit(), ct);
            var failing =
                connection.State == ConnectionState.Active && SecurityForm.ChangesRegistration(edit)
                    ? await security.TestAsync(connection, ct)
                    : null;
            if ((inactive ?? failing) is not { } found)
                return Back(facts);
            // What was saved stays; the page says what is in the way of the rest.
            var now = (await ReadAsync())!;
            var form = SecurityForm.Of(http, pages, now, SecurityForm.ValuesOf(now));
            var words = inactive is null ? "Protection.Failing" : "Protection.NotActive";
            return Page(http, pages, now, form with { Fault = pages[words, ConnectionPages.Told(found, pages)], IsSaved = true });
        }

        IResult? Done(Edit edit, SecurityFacts facts, Result<Organization, ConnectionRefusal> kept) =>
            kept.TryGet(out _, out var refusal) ? Back(facts) : Refused(http, pages, facts, edit, refusal);
    }

    private static IResult? Refused(HttpContext http, ConsolePages pages, SecurityFacts facts, Edit edit, ConnectionRefusal refusal) =>
        refusal.Code == ReasonCodes.VersionMismatch ? null : Page(http, pages, facts, ConnectionForms.Faulty(edit.Page, refusal));

    private static IResult Back(SecurityFacts facts) => ConsolePages.Back(facts.Address, "organization.sign_in_policy_updated");

    private static IResult Page(HttpContext http, ConsolePages pages, SecurityFacts facts, FormPage form) =>
        pages.Show(
            "Protection",
            new ProtectionModel(form.Frame, form, facts)
            {
                State = facts.Connection is { } one ? ConnectionPages.StateOf(one.State, pages) : null,
            },
            form.IsFaulty ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
        );
}

internal sealed record ProtectionModel(ConsoleFrame Frame, FormPage Form, SecurityFacts Facts) : IConsolePage
{
    /// <summary>Of the connection that the page is about.</summary>
    public Cell? State { get; init; }

    /// <summary>Whether the addresses of a first connection can be asked for here.</summary>
    public bool MayPrepare => Facts is { MayConnect: true, RedirectUri: null };
}
