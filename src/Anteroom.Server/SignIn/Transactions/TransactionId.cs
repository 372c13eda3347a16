using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.SignIn.Transactions;

/// <summary>Names one sign-in transaction inside one browser. It grants nothing alone: the facts are in the cookie of that name.</summary>
public readonly record struct TransactionId(Guid Value)
{
    public static TransactionId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out TransactionId id)
    {
        var parsed = Identifiers.TryFromBase32(text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.ToBase32(Value);
}
