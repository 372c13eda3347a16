using System.Globalization;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Console.Frame;

/// <summary>The answers of a form by the names of its fields: typed just now, or as they are kept.</summary>
internal sealed class FormValues
{
    /// <summary>Before the name of a hidden field: the value that the form was filled with.</summary>
    public const string SeenPrefix = "was.";

    private readonly Dictionary<string, string> _values;

    public FormValues(IEnumerable<KeyValuePair<string, string>> values) => _values = new(values, StringComparer.Ordinal);

    public static FormValues Empty { get; } = new([]);

    /// <summary>The empty text where nothing was said.</summary>
    public string this[string name] => _values.GetValueOrDefault(name, "");

    /// <summary>What anything was said about.</summary>
    public IEnumerable<string> Names => _values.Keys;

    public bool IsOn(string name) => this[name] == Field.On;

    public string? OrNull(string name) => this[name] is { Length: > 0 } value ? value : null;

    /// <summary>A day, or null where nothing was said; what is no day is the first of all, which every rule refuses.</summary>
    public DateOnly? Day(string name) =>
        OrNull(name) is not { } typed ? null
        : DateOnly.TryParseExact(typed, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : DateOnly.MinValue;

    /// <summary>A day as a field of the kind <see cref="FieldKind.Day"/> takes it.</summary>
    public static string OfDay(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture) ?? "";

    public IReadOnlyList<string> Words(string name) => this[name].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> Lines(string name) =>
        this[name].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What was typed. Several answers to one question stand with spaces between; line breaks are one character each.</summary>
    public static async Task<FormValues> TypedAsync(HttpContext http, CancellationToken ct) =>
        new(
            (await http.Request.ReadFormAsync(ct))
                .Where(pair => pair.Key != FormGuard.FieldName)
                .Select(pair => KeyValuePair.Create(pair.Key, Plain(string.Join(' ', pair.Value.ToArray()))))
        );

    /// <summary>The values that the form was filled with; null where it says nothing of them.</summary>
    public FormValues? Seen =>
        _values.Any(IsSeen)
            ? new(_values.Where(IsSeen).Select(pair => KeyValuePair.Create(pair.Key[SeenPrefix.Length..], pair.Value)))
            : null;

    private static bool IsSeen(KeyValuePair<string, string> pair) => pair.Key.StartsWith(SeenPrefix, StringComparison.Ordinal);

    private static string Plain(string text) => text.ReplaceLineEndings("\n").Trim();
}
