using Anteroom.Server.Account.Access;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.SignIn.Passkeys;

namespace Anteroom.Server.Account.Ways;

/// <summary>The person's passkeys; shown where the organization lets people use them, and where there still are some.</summary>
internal sealed class PasskeySection(PasskeyStore passkeys, PasskeyOffers offers) : IWaySection
{
    public async Task<WaySection?> OfAsync(HttpContext http, AccountCaller caller, CancellationToken ct)
    {
        var held = await passkeys.ListAsync(caller.Organization.Id, caller.User.Id, ct);
        var offered = await offers.AreMadeAsync(http, caller.Organization.Id, ct);
        return held.Count == 0 && !offered
            ? null
            : new("_Passkeys", new PasskeysModel(caller, held, offered && held.Count < Passkey.Most, offered, offers.PartyOf(http)?.Id));
    }
}

/// <param name="MayAdd">Whether one more may be made here.</param>
/// <param name="SignsIn">Whether the organization lets people in with them.</param>
/// <param name="Host">The host that was asked: a passkey of another does not answer here.</param>
internal sealed record PasskeysModel(AccountCaller Caller, IReadOnlyList<Passkey> Passkeys, bool MayAdd, bool SignsIn, string? Host);
