using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>An application that asks for itself.</summary>
/// <param name="Resource">Whose API is meant; null is Microsoft Graph.</param>
/// <param name="ResourceUri">As the request named it.</param>
internal sealed record AppSubject(
    Tenant Tenant,
    ServicePrincipal Principal,
    Application Application,
    Application? Resource,
    string ResourceUri,
    ClientProof Proof,
    bool HandlesChallenges
);
