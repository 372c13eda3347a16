using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Harness;

/// <summary>Query strings, read and written.</summary>
public static class Queries
{
    /// <summary>Query and fragment together; of a repeated parameter the last.</summary>
    public static IReadOnlyDictionary<string, string> Read(Uri address)
    {
        Dictionary<string, string> read = [];
        foreach (var text in (string[])[address.Query, address.Fragment.TrimStart('#')])
        foreach (var (name, values) in QueryHelpers.ParseQuery(text))
            read[name] = values[^1] ?? "";
        return read;
    }

    /// <summary>Parameters without a value are left out.</summary>
    public static Uri Build(string address, IEnumerable<KeyValuePair<string, string?>> parameters) =>
        new(QueryHelpers.AddQueryString(address, parameters.Where(pair => pair.Value is not null)));
}
