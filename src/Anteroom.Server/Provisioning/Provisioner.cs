using System.Security.Cryptography;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Provisioning;

/// <summary>The one writer of users and their identities. Every source of people ends here (design.md §1); audit and events go into the same transaction.</summary>
public sealed class Provisioner(AuditTrail audit, EventLog events, LastAdministrator lastAdministrator, TimeProvider clock)
{
    private const int SubjectBytes = 20; // 160 bits; never reused because rows of deleted users keep theirs

    /// <summary>Finds the account by identity (or as named), makes it where allowed, and writes what <see cref="Reconcile"/> decides.</summary>
    /// <returns><c>account_required</c>, <c>not_found</c>, <c>user_name_missing</c>, <c>user_name_taken</c>, <c>last_owner</c>, <c>validation_failed</c> or <c>conflict</c>.</returns>
    public Task<Result<ProvisionedUser, ProvisioningRefusal>> ApplyAsync(
        Transaction tx,
        DirectoryFacts facts,
        AuthorityRules authority,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    ) => ApplyAsync(tx, null, facts, authority, context, now, ct);

    /// <inheritdoc cref="ApplyAsync(Transaction, DirectoryFacts, AuthorityRules, AuditContext, DateTimeOffset, CancellationToken)"/>
    /// <param name="held">The account of the facts' identity where the caller holds it already; null where it is to be looked for.</param>
    public async Task<Result<ProvisionedUser, ProvisioningRefusal>> ApplyAsync(
        Transaction tx,
        User? held,
        DirectoryFacts facts,
        AuthorityRules authority,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var current = held ?? await FindAsync(tx, facts, ct);
        if (facts.User is not null && current is null)
            return new ProvisioningRefusal(ReasonCodes.NotFound);

        var fields = await CustomFields.LengthsAsync(tx, facts, ct);
        if (current is not null)
            return await ChangeAsync(tx, current, facts, Reconcile.Decide(current, facts, authority, fields), context, now, ct);

        if (!facts.MayCreate)
            return new ProvisioningRefusal(ReasonCodes.AccountRequired);
        return await CreateAsync(tx, facts, Reconcile.Decide(null, facts, authority, fields), context, now, ct);
    }

    private static async Task<User?> FindAsync(Transaction tx, DirectoryFacts facts, CancellationToken ct)
    {
        if (facts.User is { } id)
            return await UserStore.LockAsync(tx, id, ct);
        if (facts.Key is not { } key)
            return null;
        if (await UserStore.LockByKeyAsync(tx, key, ct) is { } known)
            return known;
        if (!facts.MayCreate)
            return null;

        // First sign-ins of one person wait for one another here; the unique index would hold without it, but by failing.
        await tx.ExecuteAsync(
            "SELECT pg_advisory_xact_lock(hashtextextended('identity:' || @key, 0))",
            new { key = $"{tx.Organization}:{key}" },
            ct
        );
        return await UserStore.LockByKeyAsync(tx, key, ct);
    }

    private async Task<Result<ProvisionedUser, ProvisioningRefusal>> CreateAsync(
        Transaction tx,
        DirectoryFacts facts,
        Changes changes,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (facts.UserName is not { Length: > 0 } userName)
            return new ProvisioningRefusal(ReasonCodes.UserNameMissing);
        if (!UserNames.IsValid(userName))
            return UserNameInvalid;
        if (await RoleAsync(tx, facts, ct) is not { } role)
            return new ProvisioningRefusal(ReasonCodes.ValidationFailed, $"role '{facts.AssignedRole}' is not a role of the organization.");

        var user = new User(
            tx.Organization,
            UserId.New(clock),
            Base64Url.Encode(RandomNumberGenerator.GetBytes(SubjectBytes)),
            userName,
            changes.Attributes.Where(change => change.After is not null).ToDictionary(change => change.Attribute, change => change.After!),
            changes.Stamped,
            role,
            Origin(facts.Source),
            [],
            Version: 1,
            now,
            now,
            facts.IsSignIn ? now : null
        );
        // The route first: its lock orders everybody who wants this name, in this organization or as a company code elsewhere.
        if (!await Routes.TryAddAsync(tx, RouteKinds.UserName, UserNames.Fold(userName), user.Id.Value, ct))
            return UserNameTaken;
        if (!await UserWriter.TryInsertAsync(tx, user, ct))
            throw new InvalidOperationException("A user name has a user but no route.");
        if (facts.Key is { } key && !await UserWriter.TryLinkAsync(tx, user.Id, key, facts, clock, now, ct))
            return new ProvisioningRefusal(ReasonCodes.Conflict, "The identity is linked to another account.");

        await events.AppendAsync(tx, "user.created", user.Id.Value, new { origin = Words.Of(user.Origin), role = role.Key }, now, ct);
        var entry = new AuditEntry("user.created", AuditResult.Success, null, "user", user.Id.Value, user.UserName)
        {
            Details = new Dictionary<string, object?>
            {
                ["origin"] = Words.Of(user.Origin),
                ["role"] = role.Key,
                ["attributes"] = changes.Attributes.Select(change => change.Attribute).ToArray(),
                ["linked"] = facts.Key is not null,
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        return new ProvisionedUser(user, Created: true, changes);
    }

    private async Task<Result<ProvisionedUser, ProvisioningRefusal>> ChangeAsync(
        Transaction tx,
        User current,
        DirectoryFacts facts,
        Changes changes,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (facts.Links && await LinkAsync(tx, current, facts, context, now, ct) is { } unlinked)
            return unlinked;
        var role = current.Role;
        if (facts is { Source: FactSource.Administrator, AssignedRole: { } wanted } && wanted != role.Key)
        {
            if (await RoleStore.FindAsync(tx, wanted, ct) is not { } assigned)
                return new ProvisioningRefusal(ReasonCodes.ValidationFailed, $"role '{wanted}' is not a role of the organization.");
            if (await lastAdministrator.WouldGoAsync(tx, current, assigned, ct))
                return new ProvisioningRefusal(ReasonCodes.LastOwner);
            role = assigned;
        }
        if (
            facts.IsSignIn
            && FollowedRole.Of(role, facts) is { } followed
            && await RoleStore.FindAsync(tx, followed, ct) is { IsAdministrative: false } given
        )
            role = given;
        if (changes.UserName is { } userName && await RenameAsync(tx, current, userName, ct) is { } refusal)
            return refusal;

        var attributes = new Dictionary<string, string>(current.Attributes);
        foreach (var change in changes.Attributes)
            if (change.After is { } value)
                attributes[change.Attribute] = value;
            else
                attributes.Remove(change.Attribute);
        var stamps = new Dictionary<string, Stamp>(current.Stamps);
        foreach (var (attribute, stamp) in changes.Stamped)
            stamps[attribute] = stamp;

        var visible = changes.Any || role.Id != current.Role.Id || facts.Links;
        var changed = current with
        {
            UserName = changes.UserName ?? current.UserName,
            Attributes = attributes,
            Stamps = stamps,
            Role = role,
            Version = visible ? current.Version + 1 : current.Version,
            UpdatedAt = visible ? now : current.UpdatedAt,
            LastSignInAt = facts.IsSignIn ? now : current.LastSignInAt,
        };
        if (visible)
            UserWriter.Update(tx, changed);
        else
            UserWriter.Confirm(tx, changed);
        if (facts is { IsSignIn: true, Key: { } key })
            UserWriter.Touch(tx, key, facts, now);
        if (changes.Any || role.Id != current.Role.Id)
            await TellAsync(tx, current, changed, changes, context, now, ct);
        return new ProvisionedUser(changed, Created: false, changes) { Linked = facts.Links };
    }

    private async Task<ProvisioningRefusal?> LinkAsync(
        Transaction tx,
        User current,
        DirectoryFacts facts,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!await UserWriter.TryLinkAsync(tx, current.Id, facts.Key!, facts, clock, now, ct))
            return new(ReasonCodes.Conflict, "The identity is linked to an account already.");
        await events.AppendAsync(tx, "user.linked", current.Id.Value, new { by = Words.Of(facts.Source) }, now, ct);
        var entra = facts.Key as EntraKey;
        var entry = new AuditEntry("user.linked", AuditResult.Success, null, "user", current.Id.Value, current.UserName)
        {
            Details = new Dictionary<string, object?>
            {
                ["by"] = Words.Of(facts.Source),
                ["tenantId"] = entra?.TenantId.ToString(),
                ["objectId"] = entra?.ObjectId.ToString(),
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        return null;
    }

    private static async Task<ProvisioningRefusal?> RenameAsync(Transaction tx, User current, string userName, CancellationToken ct)
    {
        if (!UserNames.IsValid(userName))
            return UserNameInvalid;
        var (before, after) = (UserNames.Fold(current.UserName), UserNames.Fold(userName));
        if (before == after)
            return null;
        if (!await Routes.TryAddAsync(tx, RouteKinds.UserName, after, current.Id.Value, ct))
            return UserNameTaken;
        await Routes.RemoveAsync(tx, RouteKinds.UserName, before, ct);
        await UserWriter.RenameAsync(tx, current.Id, userName, after, ct);
        return null;
    }

    private async Task TellAsync(
        Transaction tx,
        User before,
        User after,
        Changes changes,
        AuditContext context,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var names = changes.Attributes.Select(change => change.Attribute).ToList();
        if (changes.UserName is not null)
            names.Add(UserAttributes.UserName);
        if (before.Role.Id != after.Role.Id)
            names.Add("role");
        await events.AppendAsync(tx, "user.updated", after.Id.Value, new { changed = names }, now, ct);

        // Names only: values of people lie in the erasable tables, never in audit rows (SEC-326). A role is no personal value.
        var entry = new AuditEntry("user.updated", AuditResult.Success, null, "user", after.Id.Value, after.UserName)
        {
            Details = new Dictionary<string, object?>
            {
                ["changed"] = names.ToArray(),
                ["role"] = before.Role.Id == after.Role.Id ? null : $"{before.Role.Key} → {after.Role.Key}",
            },
        };
        await audit.RecordAsync(tx, context, entry, ct);
    }

    /// <summary>An administrator names any role. All others get a mapped one, or a default without permissions: never more (SEC-072, SEC-073).</summary>
    private static async Task<Role?> RoleAsync(Transaction tx, DirectoryFacts facts, CancellationToken ct)
    {
        if (facts is { Source: FactSource.Administrator, AssignedRole: { } assigned })
            return await RoleStore.FindAsync(tx, assigned, ct);
        if (facts.MappedRole is { } key && await RoleStore.FindAsync(tx, key, ct) is { } mapped)
            return mapped;
        return await RoleStore.FindAsync(tx, facts.DefaultRole, ct) is { IsAdministrative: false } standard
            ? standard
            : await RoleStore.FindAsync(tx, BuiltInRoles.Member, ct);
    }

    private static ProvisioningRefusal UserNameInvalid =>
        new(ReasonCodes.ValidationFailed, "userName has 1 to 256 visible characters.") { Member = UserAttributes.UserName };

    private static ProvisioningRefusal UserNameTaken => new(ReasonCodes.UserNameTaken) { Member = UserAttributes.UserName };

    private static UserOrigin Origin(FactSource source) =>
        source switch
        {
            FactSource.Token => UserOrigin.SignIn,
            FactSource.Graph => UserOrigin.Graph,
            FactSource.Scim => UserOrigin.Scim,
            _ => UserOrigin.Administrator,
        };
}
