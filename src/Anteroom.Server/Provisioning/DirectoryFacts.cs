using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Provisioning;

/// <summary>Where facts come from, in the order of authority: the later outranks the earlier (design.md §4).</summary>
public enum FactSource
{
    Administrator,
    Token,
    Graph,
    Scim,
}

/// <summary>How an account came to be.</summary>
public enum UserOrigin
{
    SignIn,
    Scim,
    Graph,
    Invitation,
    Administrator,
}

/// <summary>What a source says about one attribute. A null value means that it said nothing.</summary>
public sealed record Fact(string? Value, WhenMissing WhenMissing = WhenMissing.Keep);

/// <summary>What one source knows about one person at one time: the only input of <see cref="Reconcile"/> (design.md §4).</summary>
/// <param name="Source">Who says so; decides what outranks what.</param>
/// <param name="At">When it was true; of two facts of one source the later counts.</param>
public sealed record DirectoryFacts(FactSource Source, DateTimeOffset At)
{
    /// <summary>The identity that the source has proven or that an administrator has named; null where none is meant.</summary>
    public ExternalKey? Key { get; init; }

    /// <summary>Whether the key is added to an account that exists (SEC-074): an administrator names it, or the first link has found it.</summary>
    public bool Links { get; init; }

    /// <summary>The account that the source names itself (an administrator's change); null where the key finds it.</summary>
    public UserId? User { get; init; }

    /// <summary>The connection of this sign-in; an Entra identity remembers it as last used.</summary>
    public ConnectionId? Connection { get; init; }

    /// <summary>What a new account is called. Of an existing one only its authority or an administrator changes it, never a sign-in (design.md §2).</summary>
    public string? UserName { get; init; }

    /// <summary>By attribute: <see cref="UserAttributes"/> or <c>custom.</c> and a key.</summary>
    public IReadOnlyDictionary<string, Fact> Attributes { get; init; } = new Dictionary<string, Fact>();

    /// <summary>Whether an account is made where there is none.</summary>
    public bool MayCreate { get; init; }

    /// <summary>The role of a new account by the connection or the administrator, and of one that no mapping fits any more.</summary>
    public string DefaultRole { get; init; } = BuiltInRoles.Worker;

    /// <summary>The role by a role mapping of the organization; outranks <see cref="DefaultRole"/> (SEC-073).</summary>
    public string? MappedRole { get; init; }

    /// <summary>The roles that the mappings name, where existing accounts follow them; empty where those keep theirs (HEL-24).</summary>
    public IReadOnlyList<string> GovernedRoles { get; init; } = [];

    /// <summary>Only from <see cref="FactSource.Administrator"/>: the role that the account shall have.</summary>
    public string? AssignedRole { get; init; }

    /// <summary>Whether this is somebody signing in.</summary>
    public bool IsSignIn => Source == FactSource.Token;
}
