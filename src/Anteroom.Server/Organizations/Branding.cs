namespace Anteroom.Server.Organizations;

/// <summary>How an organization's sign-in pages and mails look: a colour and a picture, never style or markup (SEC-017).</summary>
public sealed record Branding
{
    public static Branding Default { get; } = new();

    /// <summary><c>#rrggbb</c>, as somebody chose it; pages darken or lighten it until text in it can be read. Null is Anteroom's own.</summary>
    public string? Accent { get; init; }

    /// <summary>Names the picture by its content (hexadecimal SHA-256); null where there is none.</summary>
    public string? Logo { get; init; }
}
