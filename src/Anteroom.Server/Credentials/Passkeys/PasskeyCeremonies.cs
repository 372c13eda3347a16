using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Reasons;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>The two ceremonies of WebAuthn, by the framework's handler between our own challenges and checks: it encodes options and proves signatures, we decide the rest.</summary>
public sealed class PasskeyCeremonies(PasskeyChallenges challenges)
{
    /// <returns>The options for the browser, or <c>too_many_requests</c>.</returns>
    internal async Task<Result<string, PasskeyRefusal>> BeginCreationAsync(
        HttpContext http,
        PasskeyRelyingParty party,
        ChallengePlace place,
        PasskeyUserEntity person,
        IReadOnlyList<UserPasskeyInfo> existing,
        CancellationToken ct
    )
    {
        var made = await HandlerOf(party, new(person.Id), existing).MakeCreationOptionsAsync(person, http);
        return await RememberAsync(http, place, made.CreationOptionsJson, made.AttestationState, ct);
    }

    /// <inheritdoc cref="BeginCreationAsync"/>
    /// <remarks>No credential is named: that would tell whether there is such an account (SEC-224).</remarks>
    internal async Task<Result<string, PasskeyRefusal>> BeginAssertionAsync(
        HttpContext http,
        PasskeyRelyingParty party,
        ChallengePlace place,
        CancellationToken ct
    )
    {
        var made = await HandlerOf(party, null, []).MakeRequestOptionsAsync(null, http);
        return await RememberAsync(http, place, made.RequestOptionsJson, made.AssertionState, ct);
    }

    /// <summary>Consumes the challenge that an answer names, before anything about the answer is believed (SEC-219).</summary>
    /// <returns>What the ceremony began with, or <c>passkey_challenge_missing</c>.</returns>
    internal async Task<Result<string, PasskeyRefusal>> ConsumeAsync(
        AuthenticatorAnswer answer,
        ChallengePlace place,
        CancellationToken ct
    ) =>
        await challenges.TakeAsync(place, answer.Client.Challenge, ct) is { } state
            ? state
            : new PasskeyRefusal(ReasonCodes.PasskeyChallengeMissing);

    internal static async Task<Result<PasskeyAttestationResult, PasskeyRefusal>> VerifyCreationAsync(
        HttpContext http,
        PasskeyRelyingParty party,
        AuthenticatorAnswer answer,
        string state
    )
    {
        if (CeremonyChecks.OfCreation(answer, party) is { } refusal)
            return refusal;
        var result = await HandlerOf(party, null, [])
            .PerformAttestationAsync(
                new()
                {
                    HttpContext = http,
                    CredentialJson = answer.Json,
                    AttestationState = state,
                }
            );
        return result.Succeeded ? result : PasskeyRefusal.Invalid("credential");
    }

    /// <param name="stored">With a counter of zero: whether the counter has grown is for one statement of the database to say (SEC-222).</param>
    internal static async Task<PasskeyRefusal?> VerifyAssertionAsync(
        HttpContext http,
        PasskeyRelyingParty party,
        AuthenticatorAnswer answer,
        string state,
        PasskeyPerson person,
        UserPasskeyInfo stored
    )
    {
        if (CeremonyChecks.OfAssertion(answer, party, stored.IsBackupEligible) is { } refusal)
            return refusal;
        var result = await HandlerOf(party, person, [stored])
            .PerformAssertionAsync(
                new()
                {
                    HttpContext = http,
                    CredentialJson = answer.Json,
                    AssertionState = state,
                }
            );
        return result.Succeeded ? null : PasskeyRefusal.Invalid("signature");
    }

    private async Task<Result<string, PasskeyRefusal>> RememberAsync(
        HttpContext http,
        ChallengePlace place,
        string optionsJson,
        string? state,
        CancellationToken ct
    )
    {
        using var options = JsonDocument.Parse(optionsJson);
        var text = options.RootElement.GetProperty("challenge").GetString();
        if (!Base64Url.TryDecode(text, out var challenge) || state is null)
            throw new InvalidOperationException("The framework's options carry no challenge.");
        return await challenges.AddAsync(http, place, challenge, state, ct) ? optionsJson : new PasskeyRefusal(ReasonCodes.TooManyRequests);
    }

    private static PasskeyHandler<PasskeyPerson> HandlerOf(
        PasskeyRelyingParty party,
        PasskeyPerson? person,
        IReadOnlyList<UserPasskeyInfo> passkeys
    )
    {
        var options = new IdentityPasskeyOptions
        {
            ServerDomain = party.Id,
            AuthenticatorTimeout = PasskeyChallenges.Lifetime,
            ChallengeSize = 32,
            UserVerificationRequirement = "required",
            ResidentKeyRequirement = "required", // so that nobody has to say who they are first
            AttestationConveyancePreference = "none",
            IsAllowedAlgorithm = CeremonyChecks.IsAllowed,
            ValidateOrigin = told =>
                ValueTask.FromResult(told.Origin == party.Origin && !told.CrossOrigin && string.IsNullOrEmpty(told.TopOrigin)),
        };
        return new(ManagerOf(new(person, passkeys)), Options.Create(options));
    }

    // Of the manager the handler needs the way to the store and nothing else: no names, passwords or validators.
#pragma warning disable CA2000 // it holds nothing to dispose of
    private static UserManager<PasskeyPerson> ManagerOf(KnownPasskeys store) =>
        new(
            store,
            Options.Create(new IdentityOptions()),
            new PasswordHasher<PasskeyPerson>(),
            [],
            [],
            new UpperInvariantLookupNormalizer(),
            new IdentityErrorDescriber(),
            null!,
            NullLogger<UserManager<PasskeyPerson>>.Instance
        );
#pragma warning restore CA2000
}
