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
/// <param name="TargetName">Its name at that time; kept under its id, apart from the row, and erasable. Without an id: <see cref="OfNamed"/>.</param>
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

    /// <summary>An act on something that has a name and no id under which the trail could keep it: its name is among the details, under its kind.</summary>
    /// <param name="kind">What it was done to: <c>domain</c>, <c>customField</c>, <c>cloud</c>. Nothing that is about a person.</param>
    public static AuditEntry OfNamed(
        string action,
        AuditResult result,
        string? reason,
        string kind,
        string name,
        params (string Name, object? Value)[] more
    ) =>
        new(action, result, reason, kind)
        {
            Details = more.Prepend((Name: kind, Value: name)).ToDictionary(detail => detail.Name, detail => detail.Value),
        };
}

/// <summary>An attribute before and after; null where there was or is none. For a secret only the fact that it changed is recorded.</summary>
public sealed record Change(object? Before, object? After);
