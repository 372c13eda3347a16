namespace Anteroom.Server.Connections;

/// <summary>How our client proves itself at the provider's token endpoint.</summary>
public enum CredentialKind
{
    /// <summary>By a secret that the provider made.</summary>
    Secret,

    /// <summary>By a key of ours whose certificate the app registration holds (private_key_jwt).</summary>
    Certificate,

    /// <summary>By a token of our own issuer that the app registration trusts: nothing is kept that could leak or end.</summary>
    Federated,
}

/// <summary>The certificate that signs for a connection, as its revision holds it.</summary>
/// <param name="Thumbprint">SHA-256 of the certificate as base64url.</param>
public sealed record CertificateInUse(string Thumbprint, DateTimeOffset EndsAt);
