using Anteroom.Entra.Outbound;
using Anteroom.Entra.Requests;

namespace Anteroom.Entra.Providers;

/// <summary>Why a provider's metadata or keys cannot be used.</summary>
/// <remarks>Detail: what is wrong with the document, in our words. Outbound: why there was no answer. Aadsts: the code of Entra's refusal, 90002 for an unknown tenant.</remarks>
public sealed record ProviderFault
{
    private ProviderFault(string code) => Code = code;

    public string Code { get; }
    public string? Detail { get; private init; }
    public OutboundFailure? Outbound { get; private init; }
    public AadstsCode? Aadsts { get; private init; }

    /// <summary>The document calls itself something else than configured (SEC-070).</summary>
    public static ProviderFault IssuerMismatch { get; } =
        new("provider_issuer_mismatch") { Detail = "The issuer is not the configured one." };

    /// <summary>The key set holds no key that could verify an id_token.</summary>
    public static ProviderFault NoKeys { get; } = new("provider_no_keys");

    /// <summary>Not a key set, or more than 100 keys.</summary>
    public static ProviderFault MalformedKeys { get; } = new("provider_keys_malformed");

    internal static ProviderFault MalformedMetadata(string reason) => new("provider_metadata_malformed") { Detail = reason };

    /// <summary>An endpoint is not https or not on the provider's own hosts (SEC-070).</summary>
    internal static ProviderFault ForeignEndpoint(string host) =>
        new("provider_endpoint_refused") { Detail = $"An address is not https, or its host {host} is not one of the provider's." };

    internal static ProviderFault Unavailable(OutboundFailure failure) => new("provider_unavailable") { Outbound = failure };

    internal static ProviderFault Refused(AadstsCode? aadsts) => new("provider_refused") { Aadsts = aadsts };
}

/// <summary>A refresh failed. An operator wants to know, above all while nobody notices because the old document still serves.</summary>
public sealed record ProviderAlert(UpstreamProvider Provider, ProviderFault Fault, bool OldDocumentInUse, DateTimeOffset At);
