using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Organizations;

/// <summary>Names a user of one organization, outside as <c>usr_…</c>.</summary>
public readonly record struct UserId(Guid Value)
{
    public const string Prefix = "usr";

    public static UserId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out UserId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}
