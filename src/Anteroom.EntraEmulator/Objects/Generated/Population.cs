namespace Anteroom.EntraEmulator.Objects.Generated;

/// <summary>People and groups of a tenant that are computed from a seed: only this row is stored, whatever their number.</summary>
/// <param name="Tag">The first four bytes of every object id of this population; one population has it.</param>
/// <param name="Seed">32 bytes, base64.</param>
/// <param name="Domain">The verified domain of the user names.</param>
public sealed record Population(Guid TenantId, uint Tag, string Seed, int Users, string Domain, DateTimeOffset CreatedDateTime)
{
    public const int MostUsers = 1_000_000;
}
