using System.Text;

namespace Anteroom.Protocols.OAuth;

/// <summary>Adds parameters to an address that may have a query already, which stays as it is (RFC 6749 §3.1, §3.1.2, §4.1.2).</summary>
public static class ResponseUrl
{
    /// <summary>The address that carries a response; parameters without a value are left out.</summary>
    /// <exception cref="ArgumentException">The address has a fragment, which registration refuses; or the mode is <c>form_post</c>, which needs a page.</exception>
    public static string Build(string address, ResponseMode mode, IEnumerable<KeyValuePair<string, string?>> parameters)
    {
        if (mode == ResponseMode.FormPost)
            throw new ArgumentException("form_post carries its parameters in a form, not in the address.", nameof(mode));
        if (address.Contains('#', StringComparison.Ordinal))
            throw new ArgumentException("The address has a fragment.", nameof(address));

        var url = new StringBuilder(address, address.Length + 256);
        var separator = mode == ResponseMode.Fragment ? "#" : QuerySeparator(address);
        foreach (var (name, value) in parameters)
        {
            if (value is null)
                continue;
            url.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = "&";
        }
        return url.ToString();
    }

    private static string QuerySeparator(string address)
    {
        if (!address.Contains('?', StringComparison.Ordinal))
            return "?";
        return address[^1] is '?' or '&' ? "" : "&";
    }
}
