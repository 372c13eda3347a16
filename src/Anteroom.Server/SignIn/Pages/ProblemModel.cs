using System.Globalization;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>Something stopped the sign-in. All words come from the reason's entry in the catalogue, never from the other side (SEC-018).</summary>
/// <param name="Happened">What happened: the headline.</param>
/// <param name="Meaning">What it means for the reader.</param>
/// <param name="Cure">What to do now.</param>
/// <param name="Code">The reason code to quote.</param>
/// <param name="CorrelationId">Finds the same attempt in log and audit.</param>
/// <param name="At">When it happened.</param>
/// <param name="TryAgain">A path of ours that begins anew, where trying again can help.</param>
public sealed record ProblemModel(
    PageFrame Frame,
    string Happened,
    string Meaning,
    string Cure,
    string Code,
    string CorrelationId,
    DateTimeOffset At,
    string? TryAgain = null,
    AdministratorDetails? Details = null
) : ISignInPage
{
    /// <summary>Where an administrator of the tenant consents to the shared app; the person may send it on.</summary>
    public Uri? AdminConsent { get; init; }

    /// <summary>A path of ours that goes on with another account at the provider.</summary>
    public string? OtherAccount { get; init; }

    /// <summary>Where an administrator of the organization connects the person's tenant.</summary>
    public string? ConnectTenant { get; init; }

    public string AtUtc => At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The instant for machines (HTML §2.3.5.7).</summary>
    public string AtMachine => At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>What a page offers beside its words.</summary>
public sealed record ProblemHelp(string? OtherAccount, Uri? AdminConsent)
{
    public string? ConnectTenant { get; init; }
}

/// <summary>For the one who can mend it: the exact places to click, in order.</summary>
/// <param name="UpstreamCode">The provider's own code, such as <c>AADSTS50011</c>, where it sent one that we know.</param>
/// <param name="OpenAt">The page of the provider's portal where the steps begin.</param>
public sealed record AdministratorDetails(IReadOnlyList<string> Steps, string? UpstreamCode = null, Uri? OpenAt = null);

/// <summary>There is nothing at this address; says nothing about what might be elsewhere.</summary>
public sealed record NotFoundModel(PageFrame Frame) : ISignInPage;
