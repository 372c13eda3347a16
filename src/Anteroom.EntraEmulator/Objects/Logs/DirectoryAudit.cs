namespace Anteroom.EntraEmulator.Objects.Logs;

/// <summary>A row of the directory audit log (graph.md §11).</summary>
public sealed record DirectoryAudit(Guid Id, Guid TenantId, DateTimeOffset ActivityDateTime, string ActivityDisplayName, string Category)
{
    /// <summary><c>Add</c>, <c>Update</c>, <c>Delete</c>, <c>Assign</c>, …</summary>
    public string OperationType { get; init; } = "";
    public string Result { get; init; } = "success";
    public string ResultReason { get; init; } = "";
    public Guid CorrelationId { get; init; }

    /// <summary>Who did it: a user or an application; neither where it was done outside of Graph.</summary>
    public AuditActor? InitiatedBy { get; init; }
    public IReadOnlyList<AuditTarget> TargetResources { get; init; } = [];
}
