namespace Anteroom.Server.Audit;

public enum AuditResult
{
    /// <summary>It was done.</summary>
    Success,

    /// <summary>A rule said no.</summary>
    Refused,

    /// <summary>The machine, or somebody else's, could not.</summary>
    Failed,
}

/// <summary>One act, as the trail keeps it.</summary>
/// <param name="Action">A dotted lower-case verb: <c>user.created</c>, <c>sign_in.refused</c>, <c>session.ended</c>.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Reason">The reason code of a refusal or failure.</param>
/// <param name="TargetKind">What it was done to: <c>user</c>, <c>connection</c>, <c>application</c>, ….</param>
/// <param name="TargetId">Which one.</param>
/// <param name="TargetName">Its name at that time; kept apart from the row and erasable.</param>
public sealed record AuditEntry(
    string Action,
    AuditResult Result,
    string? Reason = null,
    string? TargetKind = null,
    Guid? TargetId = null,
    string? TargetName = null
)
{
    /// <summary>What else the reader needs: a <see cref="Change"/> for each changed attribute, counts, methods. Never a name of a person, never a secret.</summary>
    public IReadOnlyDictionary<string, object?>? Details { get; init; }
}

/// <summary>An attribute before and after; null where there was or is none. For a secret only the fact that it changed is recorded.</summary>
public sealed record Change(object? Before, object? After);
