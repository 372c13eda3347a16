using System.Text;

namespace Anteroom.Entra.Requests;

/// <summary>Appends parameters to an endpoint, keeping the query that the endpoint may have of its own (RFC 6749 §3.1).</summary>
internal sealed class QueryBuilder(Uri endpoint)
{
    private readonly StringBuilder _address = new(endpoint.AbsoluteUri);
    private char _separator = endpoint.Query.Length == 0 ? '?' : '&';

    /// <summary>Leaves out a parameter without value.</summary>
    public void Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        _address.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _separator = '&';
    }

    public Uri ToUri() => new(_address.ToString());
}
