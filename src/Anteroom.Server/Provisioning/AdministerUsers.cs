using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Provisioning;

/// <summary>A user as an administrator wants it.</summary>
/// <param name="Role">Key of a role of the organization.</param>
public sealed record NewUser(string UserName, string Role)
{
    /// <summary>By attribute, as in <see cref="DirectoryFacts.Attributes"/>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Who they are at Entra, where that is known before they come.</summary>
    public EntraKey? Identity { get; init; }
}

/// <summary>What an administrator wants changed; null leaves a member as it is.</summary>
public sealed record UserEdit
{
    public string? UserName { get; init; }

    /// <summary>Key of a role of the organization.</summary>
    public string? Role { get; init; }

    /// <summary>One more that the person is at Entra (SEC-074 b).</summary>
    public EntraKey? Identity { get; init; }

    /// <summary>By attribute; a null value takes it away.</summary>
    public IReadOnlyDictionary<string, string?> Attributes { get; init; } = new Dictionary<string, string?>();
}

/// <summary>What somebody who administers does to users, whichever face they came by: never to who holds more than they (SEC-263).</summary>
/// <remarks>Errors: <c>not_found</c>, <c>forbidden</c>, <c>version_mismatch</c>, <c>validation_failed</c>, <c>conflict</c>, <c>user_name_taken</c>, <c>last_owner</c>.</remarks>
public sealed class AdministerUsers(Database database, Provisioner provisioner, Blocks blocks, DeleteUser delete, TimeProvider clock)
{
    public async Task<Result<User, ProvisioningRefusal>> CreateAsync(
        Organization organization,
        NewUser wanted,
        Administrator by,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        await using var tx = await database.BeginAsync(organization.Id, ct);
        if (await RoleRefusalAsync(tx, wanted.Role, by, ct) is { } forbidden)
            return forbidden;
        var facts = new DirectoryFacts(FactSource.Administrator, now)
        {
            Key = wanted.Identity,
            UserName = wanted.UserName,
            Attributes = wanted.Attributes.ToDictionary(pair => pair.Key, pair => new Fact(pair.Value)),
            AssignedRole = wanted.Role,
            MayCreate = true,
        };
        var applied = await provisioner.ApplyAsync(tx, facts, AuthorityRules.Of(organization), by.Context, now, ct);
        if (!applied.TryGet(out var made, out var refusal))
            return refusal;
        if (!made.Created)
            return new ProvisioningRefusal(ReasonCodes.Conflict, "The external identity belongs to another user.");
        if (Kept(made.Changes) is { } kept)
            return kept;
        await tx.CommitAsync(ct);
        return made.User;
    }

    /// <param name="version">What the caller has seen, or null where any will do.</param>
    public async Task<Result<User, ProvisioningRefusal>> ChangeAsync(
        Organization organization,
        UserId id,
        long? version,
        UserEdit edit,
        Administrator by,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        await using var tx = await database.BeginAsync(organization.Id, ct);
        if (await UserStore.LockAsync(tx, id, ct) is not { } current)
            return new ProvisioningRefusal(ReasonCodes.NotFound);
        if (version is { } seen && seen != current.Version)
            return new ProvisioningRefusal(ReasonCodes.VersionMismatch);
        if (TooPowerful(current, by) is { } forbidden)
            return forbidden;
        if (edit.Role is { } role && await RoleRefusalAsync(tx, role, by, ct) is { } ungranted)
            return ungranted;
        var facts = new DirectoryFacts(FactSource.Administrator, now)
        {
            User = id,
            Key = edit.Identity,
            Links = edit.Identity is not null,
            UserName = edit.UserName,
            Attributes = edit.Attributes.ToDictionary(pair => pair.Key, pair => new Fact(pair.Value, WhenMissing.Clear)),
            AssignedRole = edit.Role,
        };
        var applied = await provisioner.ApplyAsync(tx, facts, AuthorityRules.Of(organization), by.Context, now, ct);
        if (!applied.TryGet(out var changed, out var refusal))
            return refusal;
        if (Kept(changed.Changes) is { } kept)
            return kept;
        await tx.CommitAsync(ct);
        return changed.User;
    }

    /// <param name="reason">For administrators to read; null where none is given.</param>
    public Task<Result<User, ProvisioningRefusal>> DeactivateAsync(
        OrganizationId organization,
        UserId id,
        IReadOnlyList<string> channels,
        string? reason,
        Administrator by,
        CancellationToken ct
    ) =>
        HoldAsync(
            organization,
            id,
            by,
            tx => blocks.BlockAsync(tx, id, BlockSource.Administrator, channels, reason, by.Context, clock.GetUtcNow(), ct),
            ct
        );

    /// <summary>Lifts every block, whoever set it.</summary>
    public Task<Result<User, ProvisioningRefusal>> ActivateAsync(
        OrganizationId organization,
        UserId id,
        Administrator by,
        CancellationToken ct
    ) => HoldAsync(organization, id, by, tx => blocks.LiftAsync(tx, id, BlockSource.Administrator, by.Context, clock.GetUtcNow(), ct), ct);

    /// <returns>Null when done.</returns>
    public async Task<ProvisioningRefusal?> DeleteAsync(OrganizationId organization, UserId id, Administrator by, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        if (await UserStore.LockAsync(tx, id, ct) is { } user && TooPowerful(user, by) is { } forbidden)
            return forbidden;
        if (await delete.HandleAsync(tx, id, by.Context, clock.GetUtcNow(), ct) is { } refusal)
            return refusal;
        await tx.CommitAsync(ct);
        return null;
    }

    private async Task<Result<User, ProvisioningRefusal>> HoldAsync(
        OrganizationId organization,
        UserId id,
        Administrator by,
        Func<Transaction, Task<Result<User, ProvisioningRefusal>>> change,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(organization, ct);
        if (await UserStore.LockAsync(tx, id, ct) is { } current && TooPowerful(current, by) is { } forbidden)
            return forbidden;
        var changed = await change(tx);
        if (changed.TryGet(out _, out _))
            await tx.CommitAsync(ct);
        return changed;
    }

    /// <summary>Who may not give a role may not take it from somebody either, nor let them in by another way.</summary>
    public static ProvisioningRefusal? TooPowerful(User user, Administrator by) =>
        by.Holds(user.Role.Permissions) ? null : new(ReasonCodes.Forbidden, "The user has more permissions than you.");

    private static async Task<ProvisioningRefusal?> RoleRefusalAsync(Transaction tx, string key, Administrator by, CancellationToken ct)
    {
        if (await RoleStore.FindAsync(tx, key, ct) is not { } role)
            return new(ReasonCodes.ValidationFailed, $"role '{key}' is not a role of the organization.") { Member = "role" };
        return by.Holds(role.Permissions)
            ? null
            : new(ReasonCodes.Forbidden, $"The role '{key}' has more permissions than you.") { Member = "role" };
    }

    /// <summary>A person who types a value is told when it does not count; a directory is not.</summary>
    private static ProvisioningRefusal? Kept(Changes changes) =>
        changes.Kept.FirstOrDefault(kept => kept.Because != KeptBecause.Missing) switch
        {
            null => null,
            { Because: KeptBecause.Outranked or KeptBecause.Outdated } held => new(
                ReasonCodes.Conflict,
                $"{held.Attribute} is kept by {Words.Of(held.Holder!.Value)}, which outranks an administrator."
            )
            {
                Member = held.Attribute,
            },
            { } wrong => new(
                ReasonCodes.ValidationFailed,
                $"{wrong.Attribute} is too long, holds characters that are not text, or is no field of the organization."
            )
            {
                Member = wrong.Attribute,
            },
        };
}
