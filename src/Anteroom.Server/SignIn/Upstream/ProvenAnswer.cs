using Anteroom.Entra.IdTokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>What an answer has proven.</summary>
/// <param name="ClientId">For which client of ours.</param>
/// <param name="AccessToken">The person's own token for the provider's API, where we redeemed a code; asked for once, then forgotten.</param>
public sealed record ProvenAnswer(ValidatedIdToken Token, string ClientId, Secret? AccessToken = null);
