using System.Text.RegularExpressions;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Provisioning;

/// <summary>Adds an attribute of an organization's own for its users.</summary>
public sealed partial class DefineCustomField(Database database, AuditTrail audit, TimeProvider clock)
{
    private const int LongestName = 100;

    /// <param name="key">A camelCase word of at most 40 letters and digits.</param>
    /// <param name="maxLength">Characters of a value, 1 to <see cref="UserAttributes.LongestCustom"/>.</param>
    /// <returns>The field; <c>validation_failed</c>, or <c>conflict</c> where the key is taken or a hundred fields are there.</returns>
    public async Task<Result<CustomField, ProvisioningRefusal>> HandleAsync(
        OrganizationId organization,
        string key,
        string name,
        int maxLength,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!KeyPattern().IsMatch(key))
            return Invalid("key", "key is a camelCase word of at most 40 letters and digits.");
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || !OneLine.Is(name))
            return Invalid("name", $"name has 1 to {LongestName} characters on one line.");
        if (maxLength is < 1 or > UserAttributes.LongestCustom)
            return Invalid("maxLength", $"maxLength is 1 to {UserAttributes.LongestCustom}.");

        var field = new CustomField(key, name.Trim(), maxLength, clock.GetUtcNow());
        await using var tx = await database.BeginAsync(organization, ct);
        if ((await CustomFields.ListAsync(tx, ct)).Count >= CustomFields.Most || !await CustomFields.TryAddAsync(tx, field, ct))
            return new ProvisioningRefusal(ReasonCodes.Conflict, "The key is taken, or there are a hundred fields already.")
            {
                Member = "key",
            };
        var entry = AuditEntry.OfNamed("custom_field.created", AuditResult.Success, null, "customField", key);
        await audit.RecordAsync(tx, context, entry, ct);
        await tx.CommitAsync(ct);
        return field;
    }

    private static ProvisioningRefusal Invalid(string member, string detail) =>
        new(ReasonCodes.ValidationFailed, detail) { Member = member };

    [GeneratedRegex(@"^[a-z][a-zA-Z0-9]{0,39}\z")]
    private static partial Regex KeyPattern();
}
