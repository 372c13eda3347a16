namespace Anteroom.Server.Organizations;

/// <summary>Why a change of an organization was refused: a reason code and, where it helps, one sentence.</summary>
public sealed record OrganizationRefusal(string Code, string? Detail = null);
