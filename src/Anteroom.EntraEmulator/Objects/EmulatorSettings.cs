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

    /// <summary>
    /// The OAuth <c>error</c> of an AADSTS code, in place of the catalogue's: for rows where sources differ (50194, 500112, 50020, …).
    /// </summary>
    public IReadOnlyDictionary<int, string> ErrorNames { get; init; } = new Dictionary<int, string>();

    /// <summary>Where a class C refusal shows up: <c>page</c> or <c>redirect</c> by AADSTS code (§2.5).</summary>
    public IReadOnlyDictionary<int, string> ErrorPlaces { get; init; } = new Dictionary<int, string>();

    /// <summary>Older answers: line breaks before the ids, 70002 before the real code, and the old words for a wrong secret (§2.6).</summary>
    public bool OlderErrorForm { get; init; }

    /// <summary>How a declined admin consent comes back: <c>consentRequired</c>, <c>permissionDenied</c> or <c>accessDenied</c> (§6.2).</summary>
    public string AdminConsentRefusal { get; init; } = "consentRequired";

    /// <summary>Groups beyond this number become <c>hasgroups</c> in implicit flows; five and six are both printed (§4.4).</summary>
    public int MostGroupsInImplicitToken { get; init; } = 5;

    /// <summary>The host in <c>_claim_sources</c> (§14, 5).</summary>
    public string OverageHost { get; init; } = "graph.windows.net";

    /// <summary>Type of <c>xms_edov</c>: <c>boolean</c>, <c>string</c> or <c>number</c> (§14, 4).</summary>
    public string EdovForm { get; init; } = "boolean";

    /// <summary>The cloud whose shape documents have: <c>global</c>, <c>usGovernment</c> or <c>china</c> (§1.1, §1.3).</summary>
    public string Cloud { get; init; } = "global";

    /// <summary>Seconds for which a new secret, certificate or federated credential is not known yet (§3.1, replication).</summary>
    public double CredentialDelaySeconds { get; init; }

    /// <summary>Seconds that the emulator's clock runs ahead of the machine's.</summary>
    public double ClockOffsetSeconds { get; init; }

    public Graph.GraphSettings Graph { get; init; } = new();
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
