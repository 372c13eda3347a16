using System.Text.Json.Serialization;

namespace Anteroom.EntraEmulator.Authorize;

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

    /// <summary>The account whose password is being asked for.</summary>
    public Guid? AskedAccount { get; init; }

    /// <summary>The account that the person chose or signed in with.</summary>
    public Guid? ChosenAccount { get; init; }

    /// <summary>When the password was given in this very flow.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>"Use another account" was chosen.</summary>
    public bool AnotherAccount { get; init; }
    public bool ConsentGiven { get; init; }
    public bool StaySignedInAnswered { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(FlowContext))]
[JsonSerializable(typeof(Tokens.Grant))]
[JsonSerializable(typeof(Tokens.OpaqueUser))]
internal sealed partial class SealedJson : JsonSerializerContext;
