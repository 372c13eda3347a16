using System.Text.Json.Serialization;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>What a chain of pages is for.</summary>
internal enum FlowPurpose
{
    /// <summary>The authorize endpoint.</summary>
    SignIn,

    /// <summary>A code typed at the device page.</summary>
    Device,

    /// <summary>The admin-consent endpoint.</summary>
    AdminConsent,

    /// <summary>The address in an invitation.</summary>
    Invitation,
}

/// <summary>What a sign-in carries from page to page, sealed in a hidden field. The request is checked anew at every step.</summary>
/// <param name="Tenant">The path segment as the application wrote it.</param>
/// <param name="BrowserId">The browser that began; another one cannot go on (and a foreign page cannot post).</param>
internal sealed record FlowContext(
    string Tenant,
    IReadOnlyDictionary<string, string> Parameters,
    string BrowserId,
    DateTimeOffset ExpiresAt
)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public FlowPurpose Purpose { get; init; }

    /// <summary>It began at an endpoint of version 1.</summary>
    public bool IsV1 { get; init; }

    /// <summary>The account whose password is being asked for.</summary>
    public Guid? AskedAccount { get; init; }

    /// <summary>The account that the person chose or signed in with.</summary>
    public Guid? ChosenAccount { get; init; }

    /// <summary>When the password was given in this very flow.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>When the second factor was given in this very flow.</summary>
    public DateTimeOffset? MultiFactorAt { get; init; }

    /// <summary>"Use another account" was chosen.</summary>
    public bool AnotherAccount { get; init; }
    public bool ConsentGiven { get; init; }
    public bool StaySignedInAnswered { get; init; }

    /// <summary>"Are you trying to sign in to …?" was answered with Continue.</summary>
    public bool DeviceConfirmed { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(FlowContext))]
[JsonSerializable(typeof(Tokens.Grant))]
[JsonSerializable(typeof(Tokens.OpaqueUser))]
[JsonSerializable(typeof(Tokens.TokenState))]
internal sealed partial class SealedJson : JsonSerializerContext;
