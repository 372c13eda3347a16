using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Protocols.OAuth;

/// <summary>How an authorization response travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2).</summary>
public sealed class ResponseMode
{
    private ResponseMode(string name) => Name = name;

    public static ResponseMode Query { get; } = new("query");
    public static ResponseMode Fragment { get; } = new("fragment");
    public static ResponseMode FormPost { get; } = new("form_post");

    /// <summary>The <c>response_mode</c> value.</summary>
    public string Name { get; }

    public static bool TryParse(string? name, [NotNullWhen(true)] out ResponseMode? mode)
    {
        mode = name switch
        {
            "query" => Query,
            "fragment" => Fragment,
            "form_post" => FormPost,
            _ => null,
        };
        return mode is not null;
    }

    public override string ToString() => Name;
}
