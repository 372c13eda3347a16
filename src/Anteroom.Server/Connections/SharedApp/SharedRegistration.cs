using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Connections.SharedApp;

/// <summary>Names a shared registration, outside as <c>shr_…</c>.</summary>
public readonly record struct SharedRegistrationId(Guid Value)
{
    public const string Prefix = "shr";

    public static SharedRegistrationId New(TimeProvider clock) => new(Identifiers.NewUuid(clock));

    public static bool TryParse(string? text, out SharedRegistrationId id)
    {
        var parsed = Identifiers.TryParse(Prefix, text, out var value);
        id = new(value);
        return parsed;
    }

    public override string ToString() => Identifiers.Format(Prefix, Value);
}

public enum SharedRegistrationState
{
    Active,
    Disabled,
}

/// <summary>An app registration of the platform that serves tenants of many organizations. One is active per cloud; the others serve nobody.</summary>
/// <param name="ClientId">The application (client) id, a GUID in lower case.</param>
/// <param name="SecretLast4">The end of the client secret, for recognising it (SEC-267).</param>
/// <param name="SecretExpiresOn">The last day of the secret as Entra tells it, to be reminded; null where nobody said.</param>
/// <param name="Version">Grows with each change; the ETag.</param>
public sealed record SharedRegistration(
    SharedRegistrationId Id,
    string Cloud,
    string Name,
    string ClientId,
    string SecretLast4,
    DateTimeOffset SecretAt,
    DateOnly? SecretExpiresOn,
    SharedRegistrationState State,
    long Version,
    DateTimeOffset CreatedAt
)
{
    public bool IsActive => State == SharedRegistrationState.Active;
}

/// <summary>A shared registration as an operator wants it, not yet checked.</summary>
/// <param name="ClientSecret">Null keeps the present one.</param>
public sealed record SharedRegistrationDraft(
    string Cloud,
    string Name,
    string ClientId,
    Secret? ClientSecret,
    SharedRegistrationState State = SharedRegistrationState.Active,
    DateOnly? SecretExpiresOn = null
)
{
    public static SharedRegistrationDraft Of(SharedRegistration current) =>
        new(current.Cloud, current.Name, current.ClientId, ClientSecret: null, current.State, current.SecretExpiresOn);
}
