using System.Buffers;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.OAuth;

/// <summary>The scopes of a request, grant or token (RFC 6749 §3.3), each once, in the order they came.</summary>
public sealed class ScopeSet
{
    public const int MaxBytes = 1024;
    public const int MaxItems = 50;

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create([
        .. Enumerable.Range(0x21, 0x7e - 0x21 + 1).Select(code => (char)code).Where(c => c is not ('"' or '\\')),
    ]);

    private readonly HashSet<string> _set;

    private ScopeSet(IEnumerable<string> scopes)
    {
        var set = new HashSet<string>(StringComparer.Ordinal);
        Items = [.. scopes.Where(set.Add)];
        _set = set;
    }

    public static ScopeSet Empty { get; } = new([]);

    public IReadOnlyList<string> Items { get; }

    /// <summary>Reads a <c>scope</c> parameter; none is the empty set. <c>invalid_scope</c> when it is too long (SEC-102) or breaks the grammar: tokens between single spaces.</summary>
    public static Result<ScopeSet, OAuthError> Parse(string? scope)
    {
        if (string.IsNullOrEmpty(scope))
            return Empty;
        if (Encoding.UTF8.GetByteCount(scope) > MaxBytes)
            return OAuthError.InvalidScope($"The scope is longer than {MaxBytes} bytes.");

        var items = scope.Split(' ');
        if (items.Length > MaxItems)
            return OAuthError.InvalidScope($"The scope has more than {MaxItems} items.");
        if (items.Any(item => item.Length == 0 || item.AsSpan().ContainsAnyExcept(TokenCharacters)))
            return OAuthError.InvalidScope("The scope must be words of visible ASCII between single spaces.");
        return new ScopeSet(items);
    }

    public bool Contains(string scope) => _set.Contains(scope);

    /// <summary>Whether every scope here is also there: a refresh may shrink a grant, never widen it (RFC 6749 §6).</summary>
    public bool IsSubsetOf(ScopeSet other) => _set.IsSubsetOf(other._set);

    /// <summary>Those scopes that are also there.</summary>
    public ScopeSet Intersect(ScopeSet other) => new(Items.Where(other.Contains));

    /// <summary>The <c>scope</c> value.</summary>
    public override string ToString() => string.Join(' ', Items);
}
