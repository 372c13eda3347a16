using System.Text.Json.Serialization;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.SignIn.Admission;

namespace Anteroom.Server.SignIn.Trials;

/// <summary>What a test sign-in found: what the provider said of the person, what each gate says to it, and what would have happened.</summary>
/// <param name="By">Who began it in the console; nobody else is shown it.</param>
/// <param name="Decision">As in the record of a sign-in: admitted, created or refused.</param>
/// <param name="Reason">Why refused; null where the person would come in.</param>
/// <param name="Upstream">The provider's own code, where it refused with one that we know.</param>
/// <param name="Account">The user name of the account that would be used; null where there is none yet.</param>
public sealed record TrialResult(
    UserId By,
    ConnectionId Connection,
    int Revision,
    string Decision,
    string? Reason,
    string? Upstream,
    string? Account,
    IReadOnlyList<TrialClaim> Claims,
    IReadOnlyList<AdmissionCheck> Checks
);

/// <summary>One claim of the id_token.</summary>
/// <param name="Values">Null where the value is kept back: it is worth something to whoever reads it.</param>
public sealed record TrialClaim(string Name, IReadOnlyList<string>? Values);

[JsonSerializable(typeof(TrialResult))]
internal sealed partial class TrialJson : JsonSerializerContext;
