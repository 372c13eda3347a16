namespace Anteroom.Server.Platform.Reasons;

/// <summary>Why something was refused, with its cure: one file of <c>Catalogue/</c>, told alike by page, API, trace and audit (design.md §1.5).</summary>
/// <param name="Code">Stable, lower case with underscores; what people quote.</param>
/// <param name="Status">The HTTP status that goes with it on a page or in the API.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Happened">What happened, one sentence.</param>
/// <param name="Means">What it means for the reader.</param>
/// <param name="Now">What the reader can do now.</param>
/// <param name="Administrator">The exact place to click for an administrator; null where there is nothing to set.</param>
/// <param name="Aadsts">Entra's own codes for this cause.</param>
public sealed record Reason(
    string Code,
    int Status,
    string Title,
    string Happened,
    string Means,
    string Now,
    string? Administrator,
    IReadOnlyList<int> Aadsts
);
