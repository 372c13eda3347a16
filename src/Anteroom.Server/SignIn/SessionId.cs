using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.SignIn;

/// <summary>Names a session; not the cookie's value, which nobody can derive from it, outside as <c>ses_…</c>.</summary>
public readonly record struct SessionId(Guid Value)
{
    public const string Prefix = "ses";

    public static SessionId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out SessionId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}
