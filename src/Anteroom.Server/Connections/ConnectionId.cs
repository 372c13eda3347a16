using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Connections;

/// <summary>Names a connection of one organization, outside as <c>con_…</c>.</summary>
public readonly record struct ConnectionId(Guid Value)
{
    public const string Prefix = "con";

    public static ConnectionId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out ConnectionId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}
