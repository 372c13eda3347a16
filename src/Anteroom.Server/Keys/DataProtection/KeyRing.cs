using System.Text;
using System.Xml.Linq;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Anteroom.Server.Keys.DataProtection;

/// <summary>The keys of ASP.NET Data Protection in the database, each document sealed whole by the vault (SEC-281, SEC-282).</summary>
/// <remarks>
/// The interface is synchronous; it is called at start and at the rotation of a key every 90 days, never in a request that has a
/// synchronization context, so blocking here is safe.
/// </remarks>
internal sealed class KeyRing(Database database, Vault.Vault vault, TimeProvider clock) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => ReadAsync().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => StoreAsync(element, friendlyName).GetAwaiter().GetResult();

    private async Task<List<XElement>> ReadAsync()
    {
        var rows = await database
            .In(OrganizationId.Platform)
            .ListAsync<Row>(
                "SELECT friendly_name, sealed FROM data_protection_keys WHERE organization_id = @organization ORDER BY created_at, friendly_name",
                null,
                CancellationToken.None
            )
            .ConfigureAwait(false);
        var elements = new List<XElement>(rows.Count);
        foreach (var row in rows)
        {
            var text = await vault
                .UnsealAsync(OrganizationId.Platform, FieldOf(row.FriendlyName), row.Sealed, CancellationToken.None)
                .ConfigureAwait(false);
            elements.Add(XElement.Parse(Encoding.UTF8.GetString(text)));
        }
        return elements;
    }

    private async Task StoreAsync(XElement element, string friendlyName)
    {
        // The framework does not promise that names differ; ours must.
        var name = string.IsNullOrWhiteSpace(friendlyName) ? Identifiers.NewUuid(clock).ToString("D") : friendlyName;
        var text = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        var box = await vault.SealAsync(OrganizationId.Platform, FieldOf(name), text, CancellationToken.None).ConfigureAwait(false);
        await database
            .In(OrganizationId.Platform)
            .ExecuteAsync(
                """
                INSERT INTO data_protection_keys (organization_id, friendly_name, sealed, created_at)
                VALUES (@organization, @name, @box, @now)
                """,
                new
                {
                    name,
                    box,
                    now = clock.GetUtcNow(),
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
    }

    private static Field FieldOf(string friendlyName) => new("data_protection_keys", friendlyName, "sealed");

    private sealed record Row(string FriendlyName, byte[] Sealed);
}
