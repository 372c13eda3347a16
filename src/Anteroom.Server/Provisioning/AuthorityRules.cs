using Anteroom.Server.Organizations;

namespace Anteroom.Server.Provisioning;

/// <summary>Who may overwrite whom: SCIM outranks Graph, Graph the token, the token the hand, unless the organization says otherwise (design.md §4).</summary>
public sealed class AuthorityRules
{
    private readonly Dictionary<string, FactSource> _first;

    private AuthorityRules(Dictionary<string, FactSource> first) => _first = first;

    public static AuthorityRules Default { get; } = new([]);

    public static AuthorityRules Of(Organization organization) => From(organization.Settings.Authority);

    /// <param name="first">By attribute, the one source that outranks all others there; unknown words are ignored.</param>
    public static AuthorityRules From(IReadOnlyDictionary<string, string> first)
    {
        var rules = new Dictionary<string, FactSource>();
        foreach (var (attribute, word) in first)
            if (Enum.TryParse<FactSource>(word, ignoreCase: true, out var source) && Enum.IsDefined(source))
                rules[attribute] = source;
        return new(rules);
    }

    /// <summary>Whether <paramref name="source"/> may write what <paramref name="holder"/> wrote.</summary>
    public bool MayOverwrite(string attribute, FactSource source, FactSource holder) => Rank(attribute, source) >= Rank(attribute, holder);

    private int Rank(string attribute, FactSource source) =>
        _first.TryGetValue(attribute, out var first) && first == source ? int.MaxValue : (int)source;
}
