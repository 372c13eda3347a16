using System.Text.Json;

namespace Anteroom.Protocols.Primitives;

/// <summary>The members of one JSON object that <see cref="StrictJson"/> has read.</summary>
/// <remarks>
/// Every <c>TryGet…</c> answers the same way: <b>false</b> when the member is there with another JSON type (refuse the input, SEC-099);
/// <b>true with null</b> when it is absent; true with the value otherwise. So a claim of the wrong type can never pass for a claim that was not sent.
/// JSON <c>null</c> is a wrong type.
/// </remarks>
public sealed class JsonMembers
{
    private const long LastSecondOfYear9999 = 253_402_300_799;

    internal JsonMembers(JsonElement element) => Element = element;

    /// <summary>The object itself, for members of other shapes.</summary>
    public JsonElement Element { get; }

    public bool Contains(string name) => Element.TryGetProperty(name, out _);

    public bool TryGetString(string name, out string? value)
    {
        value = null;
        if (!Element.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind != JsonValueKind.String)
            return false;
        value = member.GetString();
        return true;
    }

    public bool TryGetBoolean(string name, out bool? value)
    {
        value = null;
        if (!Element.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return false;
        value = member.GetBoolean();
        return true;
    }

    /// <summary>A whole number that fits 64 bits, written without fraction or exponent.</summary>
    public bool TryGetInt64(string name, out long? value)
    {
        value = null;
        if (!Element.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetInt64(out var number))
            return false;
        value = number;
        return true;
    }

    /// <summary>Seconds since 1970 (RFC 7519 §2), at most the year 9999. A fraction of a second is cut off.</summary>
    public bool TryGetNumericDate(string name, out DateTimeOffset? value)
    {
        value = null;
        if (!Element.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetDouble(out var seconds))
            return false;
        if (seconds is not (>= 0 and <= LastSecondOfYear9999))
            return false;
        value = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }

    /// <summary>An array of strings, or one string alone (as <c>aud</c> may be, RFC 7519 §4.1.3).</summary>
    public bool TryGetStrings(string name, out IReadOnlyList<string>? values)
    {
        values = null;
        if (!Element.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind == JsonValueKind.String)
        {
            values = [member.GetString()!];
            return true;
        }
        if (member.ValueKind != JsonValueKind.Array)
            return false;

        var strings = new List<string>(member.GetArrayLength());
        foreach (var item in member.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
                return false;
            strings.Add(item.GetString()!);
        }
        values = strings;
        return true;
    }

    public bool TryGetObject(string name, out JsonMembers? value)
    {
        value = null;
        if (!Element.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind != JsonValueKind.Object)
            return false;
        value = new JsonMembers(member);
        return true;
    }
}
