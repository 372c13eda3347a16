using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Federation;

/// <summary>Names a registered application (not its client_id), outside as <c>app_…</c>.</summary>
public readonly record struct ApplicationId(Guid Value)
{
    public const string Prefix = "app";

    public static ApplicationId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out ApplicationId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}
