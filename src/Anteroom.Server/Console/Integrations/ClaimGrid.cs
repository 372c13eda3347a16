using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Console.Frame;

namespace Anteroom.Server.Console.Integrations;

/// <summary>The mappings of a connection as rows of a form, and back. Pure.</summary>
/// <remarks>
/// A row for each field of people, and one for each mapped group or app role: rows keep their names whatever is added or taken away beside
/// them, so that two who edit at once are merged row by row.
/// </remarks>
internal sealed class ClaimGrid(IReadOnlyList<string> targets)
{
    public const string Applies = "roleMappingApplies";
    public const int NewRoles = 3;

    private const string RolePrefix = "role.";

    public IReadOnlyList<string> Targets => targets;

    public static string ClaimOf(string target) => "claim." + target;

    public static string ActiveOf(string target) => "active." + target;

    public static string MissingOf(string target) => "missing." + target;

    /// <summary>The field that says which role a mapped group or app role gives.</summary>
    public static string RoleOf(RoleMapping mapping) =>
        RolePrefix + Base64Url.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"{mapping.Claim}\n{mapping.Value}")).AsSpan(0, 12));

    public static string NewClaimOf(int place) => $"newClaim.{place}";

    public static string NewValueOf(int place) => $"newValue.{place}";

    public static string NewRoleOf(int place) => $"newRole.{place}";

    public FormValues ValuesOf(ConnectionSettings settings) =>
        new([
            .. targets.SelectMany(target =>
            {
                var shown = ShownOf(settings, target);
                return (KeyValuePair<string, string>[])
                    [
                        new(ClaimOf(target), shown?.Claim ?? ""),
                        new(ActiveOf(target), shown is { Active: false } ? "" : Field.On),
                        new(MissingOf(target), WordOf(shown?.WhenMissing ?? WhenMissing.Keep)),
                    ];
            }),
            KeyValuePair.Create(Applies, WordOf(settings.RoleMappingApplies)),
            .. settings.RoleMappings.DistinctBy(RoleOf).Select(mapping => KeyValuePair.Create(RoleOf(mapping), mapping.Role)),
            .. Enumerable.Range(0, NewRoles).Select(place => KeyValuePair.Create(NewClaimOf(place), GroupRoles.Claim)),
        ]);

    /// <param name="current">What the form does not show stays as it is there.</param>
    public ConnectionSettings Apply(ConnectionSettings current, FormValues typed) =>
        current with
        {
            ClaimMappings =
            [
                .. targets
                    .Where(target => typed[ClaimOf(target)].Length > 0)
                    .Select(target => new ClaimMapping(
                        typed[ClaimOf(target)],
                        target,
                        typed.IsOn(ActiveOf(target)),
                        typed[MissingOf(target)] == WordOf(WhenMissing.Clear) ? WhenMissing.Clear : WhenMissing.Keep
                    )),
                .. current.ClaimMappings.Where(mapping => targets.Contains(mapping.Target) && mapping != ShownOf(current, mapping.Target)),
            ],
            RoleMappings =
            [
                .. current
                    .RoleMappings.Where(mapping => typed[RoleOf(mapping)].Length > 0)
                    .Select(mapping => mapping with { Role = typed[RoleOf(mapping)] }),
                .. NewOnes(typed),
            ],
            RoleMappingApplies =
                typed[Applies] == WordOf(RoleMappingApplies.EverySignIn) ? RoleMappingApplies.EverySignIn : RoleMappingApplies.AtCreation,
        };

    /// <summary>The field of a new row that is filled by half, or null.</summary>
    public static string? HalfOf(FormValues typed) =>
        Enumerable
            .Range(0, NewRoles)
            .Where(place => (typed[NewValueOf(place)].Length > 0) != (typed[NewRoleOf(place)].Length > 0))
            .Select(place => typed[NewValueOf(place)].Length > 0 ? NewRoleOf(place) : NewValueOf(place))
            .FirstOrDefault();

    /// <summary>Whether somebody changed a row that another has removed meanwhile.</summary>
    public static bool ChangesWhatIsGone(ConnectionSettings current, FormValues typed) =>
        typed.Seen is { } seen
        && typed
            .Names.Where(name =>
                name.StartsWith(RolePrefix, StringComparison.Ordinal) && typed[name].Length > 0 && typed[name] != seen[name]
            )
            .Except(current.RoleMappings.Select(RoleOf))
            .Any();

    /// <summary>The API's spelling.</summary>
    public static string WordOf<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];

    private static IEnumerable<RoleMapping> NewOnes(FormValues typed) =>
        Enumerable
            .Range(0, NewRoles)
            .Where(place => typed[NewValueOf(place)].Length > 0 && typed[NewRoleOf(place)].Length > 0)
            .Select(place => new RoleMapping(typed[NewClaimOf(place)], typed[NewValueOf(place)], typed[NewRoleOf(place)]));

    /// <summary>The active mapping of a field, else its first.</summary>
    private static ClaimMapping? ShownOf(ConnectionSettings settings, string target)
    {
        var ofTarget = settings.ClaimMappings.Where(mapping => mapping.Target == target).ToList();
        return ofTarget.Find(mapping => mapping.Active) ?? ofTarget.FirstOrDefault();
    }
}
