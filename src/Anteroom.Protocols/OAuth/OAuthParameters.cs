using System.Collections.Frozen;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.OAuth;

/// <summary>The parameters of a request or response, each name once (RFC 6749 §3.1, §3.2; SEC-015).</summary>
/// <remarks>
/// Hand in everything that the message carries, query and form together, so that a name in both counts as repeated. A parameter without a value is taken as not
/// sent (RFC 6749 §3.1). Errors: <c>invalid_request</c>.
/// </remarks>
public sealed class OAuthParameters
{
    public const int MaxCount = 100;
    public const int MaxNameLength = 128;

    /// <summary>Bytes of an ordinary value; hints and states are bounded by it too (SEC-106), <c>id_token_hint</c> by whoever reads it.</summary>
    public const int MaxValueBytes = 4 * 1024;

    /// <summary>Bytes of a value that may be a token.</summary>
    public const int MaxTokenBytes = 16 * 1024;

    private static readonly FrozenSet<string> TokenNames = FrozenSet.Create(
        StringComparer.Ordinal,
        "access_token",
        "assertion",
        "client_assertion",
        "code",
        "id_token",
        "id_token_hint",
        "logout_token",
        "refresh_token",
        "request",
        "token"
    );

    private readonly Dictionary<string, List<string>> _values;

    private OAuthParameters(Dictionary<string, List<string>> values) => _values = values;

    /// <summary>Reads decoded pairs. Only the names in <paramref name="repeatable"/> may come more than once (<c>resource</c>, RFC 8707 §2).</summary>
    public static Result<OAuthParameters, OAuthError> Read(
        IEnumerable<KeyValuePair<string, string>> pairs,
        params ReadOnlySpan<string> repeatable
    )
    {
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var count = 0;
        foreach (var (name, value) in pairs)
        {
            if (++count > MaxCount)
                return OAuthError.InvalidRequest($"The request has more than {MaxCount} parameters.");
            if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
                return OAuthError.InvalidRequest("A parameter name is empty, too long or has control characters.");
            if (Refuse(name, value) is { } refused)
                return refused;

            if (!values.TryGetValue(name, out var earlier))
                values.Add(name, earlier = []);
            else if (!repeatable.Contains(name))
                return OAuthError.InvalidRequest($"The parameter {name} is repeated.");
            if (value.Length > 0)
                earlier.Add(value);
        }
        return new OAuthParameters(values);
    }

    private static OAuthError? Refuse(string name, string value)
    {
        if (Encoding.UTF8.GetByteCount(value) > (TokenNames.Contains(name) ? MaxTokenBytes : MaxValueBytes))
            return OAuthError.InvalidRequest($"The parameter {name} is too long.");
        // Entra breaks the lines of its error descriptions, against RFC 6749 §4.1.2.1.
        var mayBreakLines = name == "error_description";
        foreach (var character in value)
        {
            if (char.IsControl(character) && !(mayBreakLines && character is ('\r' or '\n' or '\t')))
                return OAuthError.InvalidRequest($"The parameter {name} has control characters.");
        }
        return null;
    }

    /// <summary>The value, or null when the parameter was not sent. Of a repeatable name, the first.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>All values of a repeatable name, in order.</summary>
    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out var values) ? values : [];

    /// <summary>The value, or the error that it is missing.</summary>
    public Result<string, OAuthError> Require(string name) =>
        this[name] is { } value ? value : OAuthError.InvalidRequest($"The parameter {name} is missing.");
}
