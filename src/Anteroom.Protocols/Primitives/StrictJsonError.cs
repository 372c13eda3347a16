namespace Anteroom.Protocols.Primitives;

/// <summary>Why <see cref="StrictJson"/> refused a text. The reason quotes nothing of the input.</summary>
public sealed record StrictJsonError
{
    private StrictJsonError(string code, string reason) => (Code, Reason) = (code, reason);

    public string Code { get; }
    public string Reason { get; }

    public static StrictJsonError TooLarge { get; } = new("too_large", "The JSON text is longer than allowed here.");
    public static StrictJsonError NotUtf8 { get; } = new("not_utf8", "The JSON text is not valid UTF-8, or escapes half a surrogate pair.");
    public static StrictJsonError Malformed { get; } =
        new("malformed", "The text is not one well-formed JSON value, or it is nested too deep, or something follows it.");
    public static StrictJsonError DuplicateMember { get; } = new("duplicate_member", "A JSON object names the same member twice.");
    public static StrictJsonError NotAnObject { get; } = new("not_an_object", "The JSON text is not an object.");
}
