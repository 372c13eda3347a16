namespace Anteroom.Server.Organizations;

/// <summary>Why a change of an organization was refused: a reason code and, where it helps, one sentence.</summary>
public sealed record OrganizationRefusal(string Code, string? Detail = null)
{
    /// <summary>What it is about, by the name of the API's member; null where it is about the whole.</summary>
    public string? Member { get; init; }
}
