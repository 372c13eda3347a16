namespace Anteroom.EntraEmulator.Objects;

/// <summary>A client secret without its value.</summary>
/// <param name="KeyId">The "Secret ID": what people paste in place of the value.</param>
/// <param name="Hint">The value's first three characters.</param>
/// <param name="Hash">SHA-256 of the value, base64url.</param>
public sealed record PasswordCredential(
    Guid KeyId,
    string DisplayName,
    string Hint,
    string Hash,
    DateTimeOffset StartDateTime,
    DateTimeOffset EndDateTime
);
