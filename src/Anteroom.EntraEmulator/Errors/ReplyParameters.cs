using System.Text;

namespace Anteroom.EntraEmulator.Errors;

/// <summary>Parameters of an answer to an application, in order; what has no value is left out.</summary>
internal sealed class ReplyParameters
{
    private readonly List<KeyValuePair<string, string>> _pairs = [];

    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _pairs;

    public ReplyParameters Append(string name, string? value)
    {
        if (value is not null)
            _pairs.Add(new(name, value));
        return this;
    }

    public ReplyParameters Prepend(string name, string value)
    {
        _pairs.Insert(0, new(name, value));
        return this;
    }

    /// <summary>As it stands in a query or fragment.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _pairs)
            text.Append(text.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return text.ToString();
    }
}
