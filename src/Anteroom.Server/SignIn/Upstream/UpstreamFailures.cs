using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Why a provider could not be asked, in our words, with its own code where it gave one.</summary>
public sealed record UpstreamFailure(string Reason, AadstsCode? Aadsts = null, string? Detail = null);

/// <summary>Reasons of the catalogue for what goes wrong at a provider.</summary>
internal static class UpstreamFailures
{
    public static UpstreamFailure From(ProviderFault fault) =>
        fault switch
        {
            { Aadsts: { } code } => new(ReasonCatalogue.ForAadsts(code.Value).Code, code, fault.Code),
            { Outbound: { } outbound } => new(ReasonOf(outbound), Detail: outbound.Code),
            _ => new(ReasonCodes.UpstreamMetadataInvalid, Detail: fault.Code),
        };

    public static UpstreamFailure From(TokenEndpointFailure failure) =>
        failure switch
        {
            TokenEndpointUnavailable unavailable => new(ReasonOf(unavailable.Failure), Detail: unavailable.Code),
            TokenResponseUnusable unusable => new(ReasonCodes.IdTokenMissing, Detail: unusable.Missing),
            UpstreamTokenError { Aadsts: { } code } error => new(ReasonCatalogue.ForAadsts(code.Value).Code, code, error.Error),
            UpstreamTokenError { Error: "invalid_client" } => new(ReasonCodes.ClientCredentialRefused, Detail: "invalid_client"),
            UpstreamTokenError error => new(ReasonCodes.UpstreamRefused, Detail: error.Error),
            _ => new(ReasonCodes.UpstreamRefused, Detail: failure.Code),
        };

    private static string ReasonOf(OutboundFailure failure) =>
        failure.Status == StatusCodes.Status429TooManyRequests || failure.Kind == OutboundFailureKind.RetryLater
            ? ReasonCodes.UpstreamThrottled
            : ReasonCodes.UpstreamUnreachable;
}
