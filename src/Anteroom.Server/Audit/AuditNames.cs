namespace Anteroom.Server.Audit;

/// <summary>Names of actors and targets lie beside the trail, where they can be erased (SEC-326).</summary>
public static class AuditNames
{
    /// <summary>An SQL expression for the name that an id was last told with; null where none was, or where it was erased.</summary>
    /// <param name="id">A column of the surrounding query.</param>
    public static string Of(string id) =>
        $"(SELECT n.name FROM audit_names n WHERE n.organization_id = @organization AND n.id = {id} ORDER BY n.number DESC LIMIT 1)";
}
