using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>Names a passkey; outside as <c>pk_…</c>. Not the credential's id, which the authenticator gives.</summary>
public readonly record struct PasskeyId(Guid Value)
{
    public const string Prefix = "pk";

    public static PasskeyId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out PasskeyId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}
