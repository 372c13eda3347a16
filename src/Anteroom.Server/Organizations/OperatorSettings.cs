namespace Anteroom.Server.Organizations;

/// <summary>What operators decide for everybody; of the platform's settings, and nowhere else looked at.</summary>
public sealed record OperatorSettings
{
    private const int LongestContact = 200;

    /// <summary>A connection of two ids is a browser's client: the code is redeemed there (<see cref="IntakeMode"/>).</summary>
    public const string Browser = "browser";

    /// <summary>A connection of two ids gets the ID token alone (<see cref="IntakeMode"/>).</summary>
    public const string IdToken = "idToken";

    public static OperatorSettings Default { get; } = new();

    /// <summary>The modes that need no secret, which nobody submits with two ids.</summary>
    public static IReadOnlyList<string> IntakeModes { get; } = [Browser, IdToken];

    /// <summary>Whom people may ask, on sign-in and error pages: words, or a mailto, tel or https address. Null leaves it to the configuration.</summary>
    public string? Contact { get; init; }

    /// <summary>What a connection becomes of which its administrator tells two ids (IMP-08): one of <see cref="IntakeModes"/>.</summary>
    public string IntakeMode { get; init; } = Browser;

    /// <summary>Whether only people with an account come in by such a connection (IMP-14). True by default.</summary>
    public bool IntakeAccountRequired { get; init; } = true;

    /// <returns>Why the text can be no contact; null where it can.</returns>
    public static string? ContactFault(string contact)
    {
        if (OrganizationNames.Fault(contact, LongestContact) is not null)
            return $"contact has 1 to {LongestContact} characters on one line.";
        return Uri.TryCreate(contact.Trim(), UriKind.Absolute, out var address) && address.Scheme is not ("mailto" or "tel" or "https")
            ? "contact is words, or an address that begins with mailto:, tel: or https:."
            : null;
    }
}
