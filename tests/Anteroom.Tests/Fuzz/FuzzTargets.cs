using Anteroom.Tests.Fuzz.Targets;

namespace Anteroom.Tests.Fuzz;

/// <summary>Everything that reads what strangers wrote.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. PrimitiveTargets.All,
        .. JoseTargets.All,
        .. OAuthTargets.All,
        .. UpstreamTargets.All,
        .. HandleTargets.All,
        .. CookieTargets.All,
        .. SealedTargets.All,
        .. ClientTargets.All,
        .. AddressTargets.All,
        .. NameTargets.All,
        .. RequestTargets.All,
        .. ApiTargets.All,
        .. PasskeyTargets.All,
        .. PasswordTargets.All,
        .. ImageTargets.All,
        .. DnsTargets.All,
    ];

    public static FuzzTarget Get(string name) => All.Single(target => target.Name == name);
}
