namespace Anteroom.EntraEmulator.Objects;

/// <summary>Trust in tokens of another issuer in place of a secret (entra-oidc.md §3.1). Issuer, subject and audience match exactly.</summary>
public sealed record FederatedIdentityCredential(Guid Id, string Name, string Issuer, string Subject, IReadOnlyList<string> Audiences)
{
    public const string DefaultAudience = "api://AzureADTokenExchange";
    public const int MostPerApplication = 20;

    public string? Description { get; init; }

    /// <summary>Why an application cannot have it beside those that it has; null where it can.</summary>
    internal EditProblem? Problem(Application application)
    {
        var known = application.FederatedIdentityCredentials;
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("http" or "https"))
            return new EditProblem("Federated.Issuer", Issuer);
        if (Subject.Length == 0)
            return new EditProblem("Federated.Subject", "");
        if (Name.Length is < 3 or > 120 || !Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            return new EditProblem("Federated.Name", Name);
        if (known.Any(other => string.Equals(other.Name, Name, StringComparison.OrdinalIgnoreCase)))
            return new EditProblem("Federated.NameTaken", Name);
        if (known.Any(other => other.Issuer == Issuer && other.Subject == Subject))
            return new EditProblem("Federated.Same", "");
        return known.Count >= MostPerApplication ? new EditProblem("Federated.Full", "") : null;
    }
}
