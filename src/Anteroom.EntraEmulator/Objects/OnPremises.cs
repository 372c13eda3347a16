namespace Anteroom.EntraEmulator.Objects;

/// <summary>What Entra Connect wrote on a user or group (graph.md §4.2).</summary>
public sealed record OnPremises
{
    /// <summary>True: synced now; false: was synced, no longer; null: never synced.</summary>
    public bool? SyncEnabled { get; init; }
    public DateTimeOffset? LastSyncDateTime { get; init; }

    /// <summary>The source anchor.</summary>
    public string? ImmutableId { get; init; }
    public string? SamAccountName { get; init; }
    public string? UserPrincipalName { get; init; }
    public string? DistinguishedName { get; init; }

    /// <summary>DNS name of the Active Directory domain.</summary>
    public string? DomainName { get; init; }

    /// <summary>Groups only: the domain's short name, as in <c>CONTOSO\grp</c>.</summary>
    public string? NetBiosName { get; init; }
    public string? SecurityIdentifier { get; init; }

    /// <summary><c>extensionAttribute1</c> to <c>extensionAttribute15</c>.</summary>
    public IReadOnlyDictionary<string, string> ExtensionAttributes { get; init; } = new Dictionary<string, string>();
}
