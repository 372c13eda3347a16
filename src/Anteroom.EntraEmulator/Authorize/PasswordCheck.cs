using System.Collections.Concurrent;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Is this the account's password, and may it still be used? Shared by the pages and the password grant.</summary>
internal sealed class PasswordCheck(EntraDirectory directory, TimeProvider clock)
{
    public const int ShortestPassword = 8;

    /// <summary>Smart lock-out: ten failures lock for a minute.</summary>
    private const int MostFailures = 10;
    private static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, (int Count, DateTimeOffset Last)> _failures = new();

    /// <returns>Null when the password is right and good.</returns>
    public AadstsError? Try(User user, string password)
    {
        var now = clock.GetUtcNow();
        if (IsLocked(user, now))
            return UserErrors.Locked();
        if (user.PasswordHash is null)
            return UserErrors.NullPassword();
        if (!Passwords.Matches(user.PasswordHash, password))
        {
            _failures.AddOrUpdate(user.Id, (1, now), (_, known) => (now - known.Last >= LockedFor ? 1 : known.Count + 1, now));
            return IsLocked(user, now) ? UserErrors.Locked() : UserErrors.WrongPassword();
        }
        _failures.TryRemove(user.Id, out _);
        if (!user.AccountEnabled)
            return UserErrors.Disabled();
        return IsExpired(user, now) ? UserErrors.PasswordExpired() : null;
    }

    /// <summary>As people change it themselves: refresh tokens of confidential clients live on (§9.4).</summary>
    public void Change(User user, string password) =>
        directory.Write(changes =>
            changes.Put(
                directory.Users,
                (directory.Users.Find(user.Id) ?? user) with
                {
                    PasswordHash = Passwords.Hash(password),
                    LastPasswordChangeDateTime = clock.GetUtcNow(),
                    ForceChangePasswordNextSignIn = false,
                }
            )
        );

    private bool IsLocked(User user, DateTimeOffset now) =>
        _failures.TryGetValue(user.Id, out var known) && known.Count >= MostFailures && now - known.Last < LockedFor;

    private bool IsExpired(User user, DateTimeOffset now)
    {
        if (user.ForceChangePasswordNextSignIn)
            return true;
        if (user.PasswordPolicies?.Contains("DisablePasswordExpiration", StringComparison.OrdinalIgnoreCase) == true)
            return false;
        var domain = directory.Tenants.Find(user.TenantId)?.DomainOf(user.UserPrincipalName);
        return domain is { PasswordValidityPeriodInDays: < Domain.NeverExpires and var days }
            && (user.LastPasswordChangeDateTime ?? user.CreatedDateTime) + TimeSpan.FromDays(days) <= now;
    }
}
