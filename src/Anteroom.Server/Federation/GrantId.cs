using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Federation;

/// <summary>Names what one authorization gave an application: its code and its refresh tokens, outside as <c>gra_…</c>.</summary>
public readonly record struct GrantId(Guid Value)
{
    public const string Prefix = "gra";

    public static GrantId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out GrantId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}
