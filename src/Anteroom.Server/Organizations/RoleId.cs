using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Organizations;

/// <summary>Names a role of one organization, outside as <c>rol_…</c>.</summary>
public readonly record struct RoleId(Guid Value)
{
    public const string Prefix = "rol";

    public static RoleId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out RoleId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}
