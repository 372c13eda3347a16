namespace Anteroom.Server.Provisioning;

/// <summary>What must change in the directory: the output of <see cref="Reconcile"/>, and what a preview shows.</summary>
/// <param name="Creates">Whether the account itself is new.</param>
/// <param name="UserName">The user name that the account gets, or null where it keeps its own.</param>
/// <param name="Attributes">Values that change; a null value is cleared.</param>
/// <param name="Stamped">All attributes that the source now answers for, changed or confirmed.</param>
/// <param name="Kept">What the source said and did not get, with the reason.</param>
public sealed record Changes(
    bool Creates,
    string? UserName,
    IReadOnlyList<AttributeChange> Attributes,
    IReadOnlyDictionary<string, Stamp> Stamped,
    IReadOnlyList<KeptAttribute> Kept
)
{
    /// <summary>Whether anything that people see changes; a renewed stamp alone does not.</summary>
    public bool Any => Creates || UserName is not null || Attributes.Count > 0;
}

public sealed record AttributeChange(string Attribute, string? Before, string? After);

public sealed record KeptAttribute(string Attribute, KeptBecause Because, FactSource? Holder = null);

public enum KeptBecause
{
    /// <summary>A source of higher authority wrote it.</summary>
    Outranked,

    /// <summary>The same source said something later already.</summary>
    Outdated,

    /// <summary>The value does not fit the attribute's bounds.</summary>
    OutOfBounds,

    /// <summary>The source said nothing, and missing values are kept.</summary>
    Missing,

    /// <summary>A sign-in never changes a user name.</summary>
    NeverBySignIn,
}
