namespace Anteroom.EntraEmulator.Errors;

/// <summary>One refusal as Entra words it, without the ids that every answer adds.</summary>
/// <param name="Code">The number after AADSTS.</param>
/// <param name="Error">The OAuth <c>error</c> at the token endpoint, and of a redirect unless <see cref="RedirectError"/> differs.</param>
/// <param name="Status">HTTP status at the token endpoint: 401 for <c>invalid_client</c>, 400 for the rest (entra-oidc.md §3.3).</param>
internal sealed record AadstsError(int Code, string Error, int Status, string Message)
{
    /// <summary>The OAuth <c>error</c> of a redirect, where it is another one.</summary>
    public string? RedirectError { get; init; }

    /// <summary>The OAuth <c>error</c> of a redirect after <c>prompt=none</c> (§2.5 D).</summary>
    public string SilentError { get; init; } = "interaction_required";

    /// <summary>What a token answer tells the client library to do (§3.3): <c>basic_action</c>, <c>bad_token</c>, ….</summary>
    public string? SubError { get; init; }

    /// <summary><c>error_subcode</c> of a redirect, for example <c>cancel</c>.</summary>
    public string? SubCode { get; init; }

    /// <summary>Some codes carry no <c>error_uri</c> (recorded answers for 70003 and 700038).</summary>
    public bool HasErrorUri { get; init; } = true;

    /// <summary>A claims challenge: JSON as a string, to be sent back as <c>claims</c> unchanged (§3.3).</summary>
    public string? Claims { get; init; }

    /// <summary>Where an expired password is changed (§2.6 row 50055).</summary>
    public bool TellsPasswordChange { get; init; }

    /// <summary>A code that older answers listed first, 70002 (§2.6 rows 50012 and 54005); only the switch brings it back.</summary>
    public int? OlderCode { get; init; }
}
