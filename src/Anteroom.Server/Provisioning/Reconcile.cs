using Anteroom.Server.Connections;

namespace Anteroom.Server.Provisioning;

/// <summary>Compares what is stored with what a source says (design.md §4). Pure: a preview is the same call without the transaction.</summary>
public static class Reconcile
{
    /// <param name="current">The account, or null where there is none yet.</param>
    /// <param name="customLengths">The organization's custom fields with their longest value.</param>
    public static Changes Decide(
        User? current,
        DirectoryFacts facts,
        AuthorityRules authority,
        IReadOnlyDictionary<string, int> customLengths
    )
    {
        var changes = new List<AttributeChange>();
        var kept = new List<KeptAttribute>();
        var stamped = new Dictionary<string, Stamp>();
        var stamp = new Stamp(facts.Source, facts.At);

        foreach (var (attribute, fact) in facts.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var before = current?.Attributes.GetValueOrDefault(attribute);
            var after = string.IsNullOrWhiteSpace(fact.Value) ? null : fact.Value.Trim();
            if (Refusal(attribute, fact, after, current, facts, authority, customLengths) is { } refusal)
            {
                kept.Add(refusal);
                continue;
            }
            stamped[attribute] = stamp;
            if (before != after)
                changes.Add(new(attribute, before, after));
        }

        var userName = UserName(current, facts, authority, kept);
        if (userName is not null)
            stamped[UserAttributes.UserName] = stamp;
        return new(current is null, userName, changes, stamped, kept);
    }

    private static KeptAttribute? Refusal(
        string attribute,
        Fact fact,
        string? after,
        User? current,
        DirectoryFacts facts,
        AuthorityRules authority,
        IReadOnlyDictionary<string, int> customLengths
    )
    {
        if (!IsWritable(attribute, customLengths, out var length))
            return new(attribute, KeptBecause.OutOfBounds);
        if (after is null && fact.WhenMissing == WhenMissing.Keep)
            return new(attribute, KeptBecause.Missing);
        if (after is not null && UserAttributes.Fault(attribute, after, length) is not null)
            return new(attribute, KeptBecause.OutOfBounds);
        return Held(attribute, current, facts, authority);
    }

    private static string? UserName(User? current, DirectoryFacts facts, AuthorityRules authority, List<KeptAttribute> kept)
    {
        if (facts.UserName is not { } wanted || wanted == current?.UserName)
            return null;
        if (current is null)
            return wanted;
        var refusal = facts.Source switch
        {
            FactSource.Token => new KeptAttribute(UserAttributes.UserName, KeptBecause.NeverBySignIn),
            FactSource.Administrator => null, // an administrator always may (design.md §2)
            _ => Held(UserAttributes.UserName, current, facts, authority),
        };
        if (refusal is null)
            return wanted;
        kept.Add(refusal);
        return null;
    }

    private static KeptAttribute? Held(string attribute, User? current, DirectoryFacts facts, AuthorityRules authority)
    {
        if (current is null || !current.Stamps.TryGetValue(attribute, out var stamp))
            return null;
        if (stamp.Source == facts.Source)
            return stamp.At > facts.At ? new(attribute, KeptBecause.Outdated, stamp.Source) : null;
        return authority.MayOverwrite(attribute, facts.Source, stamp.Source)
            ? null
            : new KeptAttribute(attribute, KeptBecause.Outranked, stamp.Source);
    }

    private static bool IsWritable(string attribute, IReadOnlyDictionary<string, int> customLengths, out int? length)
    {
        length = null;
        if (UserAttributes.Lengths.ContainsKey(attribute))
            return true;
        if (
            !attribute.StartsWith(UserAttributes.CustomPrefix, StringComparison.Ordinal)
            || !customLengths.TryGetValue(attribute[UserAttributes.CustomPrefix.Length..], out var longest)
        )
            return false;
        length = longest;
        return true;
    }
}
