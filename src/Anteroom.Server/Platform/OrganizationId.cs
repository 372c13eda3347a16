using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Platform;

/// <summary>Names an organization, outside as <c>org_…</c>. Every row, handle and transaction carries one.</summary>
public readonly record struct OrganizationId(Guid Value)
{
    public const string Prefix = "org";

    /// <summary>The platform itself: its rows are readable by all organizations, writable by operators alone.</summary>
    public static OrganizationId Platform { get; } = new(Guid.Parse("00000000-0000-7000-8000-000000000001"));

    public static OrganizationId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out OrganizationId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}
