using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Connections.SharedApp;

/// <summary>Names a tenant binding, outside as <c>tnb_…</c>.</summary>
public readonly record struct TenantBindingId(Guid Value)
{
    public const string Prefix = "tnb";

    public static TenantBindingId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out TenantBindingId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}

/// <summary>On whose word a tenant was bound (design.md §2). There is no other.</summary>
public enum TenantBindingKind
{
    /// <summary>An operator named the tenant.</summary>
    Operator,

    /// <summary>An administrator of the organization signed in at the tenant.</summary>
    Administrator,

    /// <summary>The tenant's verified domains hold one that the organization has verified.</summary>
    VerifiedDomain,
}

/// <summary>A tenant whose people come in by a shared registration, for one organization (SEC-063).</summary>
/// <param name="Domain">Of the account that proved it; a label for people, which decides nothing.</param>
/// <param name="By">Who made it; null for the server itself.</param>
/// <param name="ByName">As they were called then; null where the name was erased.</param>
public sealed record TenantBinding(
    TenantBindingId Id,
    string Cloud,
    Guid TenantId,
    TenantBindingKind Kind,
    string? Domain,
    Guid? By,
    string? ByName,
    DateTimeOffset At
);
