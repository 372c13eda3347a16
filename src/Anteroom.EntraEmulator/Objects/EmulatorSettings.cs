namespace Anteroom.EntraEmulator.Objects;

/// <summary>Switches for what the documents leave open or tenants differ in (entra-oidc.md §14).</summary>
internal sealed record EmulatorSettings
{
    /// <summary>Entra does not document <c>max_age</c>; false ignores it.</summary>
    public bool HonourMaxAge { get; init; }

    /// <summary>AADSTS50105 stays on Entra's page instead of going back as <c>access_denied</c>; both are reported (§2.5 C).</summary>
    public bool AssignmentErrorStaysOnPage { get; init; }

    /// <summary>Front-channel logout carries <c>iss</c> beside <c>sid</c> (§7).</summary>
    public bool LogoutSendsIssuer { get; init; }

    /// <summary>Asks "Stay signed in?" after the password.</summary>
    public bool AskToStaySignedIn { get; init; }

    /// <summary>Seconds that the emulator's clock runs ahead of the machine's.</summary>
    public double ClockOffsetSeconds { get; init; }
}

/// <summary>The one row that every other secret of a data folder derives from.</summary>
internal sealed record MasterKey(string Value);

/// <summary>A key of the JWKS: a self-signed certificate and its private key (entra-oidc.md §1.4).</summary>
/// <param name="Sequence">Order of creation.</param>
/// <param name="Pkcs12">Certificate and key, base64.</param>
internal sealed record StoredKey(string Kid, int Sequence, bool Signs, bool IsConsumers, string Pkcs12)
{
    /// <summary>The service principal whose own key this is; null for keys of everybody (§1.4 last point).</summary>
    public Guid? ServicePrincipalId { get; init; }
}
