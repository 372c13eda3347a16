using Microsoft.Extensions.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Reads parameters of a query or form.</summary>
internal static class Requests
{
    /// <summary>Under this key stands the name of a parameter that came twice (RFC 6749 §3.1: it must not).</summary>
    public const string Duplicate = "\0duplicate";

    public static async Task<Dictionary<string, string>> ReadAsync(HttpRequest request, CancellationToken ct) =>
        HttpMethods.IsPost(request.Method) ? Read(await ReadFormAsync(request, ct)) : Read(request.Query);

    /// <summary>The form, or nothing where the body is none.</summary>
    public static async Task<IFormCollection> ReadFormAsync(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasFormContentType)
            return FormCollection.Empty;
        try
        {
            return await request.ReadFormAsync(ct);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or BadHttpRequestException)
        {
            return FormCollection.Empty;
        }
    }

    public static Dictionary<string, string> Read(IEnumerable<KeyValuePair<string, StringValues>> pairs)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in pairs)
        {
            if (values.Count > 1)
                read[Duplicate] = name;
            read[name] = values.FirstOrDefault() ?? "";
        }
        return read;
    }
}
