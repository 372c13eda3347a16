using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Platform.Mail.Templates;

/// <summary>What a template is filled with.</summary>
/// <param name="Template">Which mail it is.</param>
/// <param name="Organization">The name that the recipient knows.</param>
/// <param name="Values">One for each of the template's.</param>
public sealed record MailContent(MailTemplate Template, string Organization, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The organization's accent colour, <c>#rrggbb</c>; ours where it has none.</summary>
    public string? Accent { get; init; }

    /// <summary>The recipient's language, a tag of BCP 47; English where there is no translation.</summary>
    public string? Language { get; init; }

    /// <summary>Where the template has one.</summary>
    public Secret? Link { get; init; }

    /// <summary>One sentence on a mistake of the caller's, or null.</summary>
    public string? Fault()
    {
        if (Template.Values.FirstOrDefault(name => !Values.ContainsKey(name)) is { } missing)
            return $"The mail '{Template.Key}' needs the value '{missing}'.";
        if (Values.Keys.FirstOrDefault(name => !Template.Values.Contains(name)) is { } extra)
            return $"The mail '{Template.Key}' has no value '{extra}'.";
        if (Accent is not null && !Rgb.TryParse(Accent, out _))
            return "An accent colour is written #rrggbb.";
        if (Link is null == Template.HasLink)
            return $"The mail '{Template.Key}' has {(Template.HasLink ? "a" : "no")} link.";
        if (Link is not null && !IsLink(Link.Reveal()))
            return "A link is an absolute http or https address.";
        return null;
    }

    private static bool IsLink(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "https" or "http"
        && text.All(character => character is > ' ' and < '\u007f' and not ('"' or '<' or '>'));
}
