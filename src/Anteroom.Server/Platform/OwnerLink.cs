namespace Anteroom.Server.Platform;

/// <summary>The link by which the first administrator comes in (SEC-266): printed by <c>admin bootstrap</c>, used once, by a POST from the page it opens.</summary>
public static class OwnerLink
{
    /// <summary>The handle's prefix; its organization is the platform.</summary>
    public const string Prefix = "ol";

    /// <summary>The purpose of its row in <c>one_time_links</c>.</summary>
    public const string Purpose = "owner";

    /// <summary>The page that the link opens, and the parameter that carries the handle. Opening it consumes nothing: programs look at links, too.</summary>
    public const string Path = "/console/owner";

    public const string Parameter = "link";

    /// <summary>How long it is good.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromMinutes(30);

    public static Uri Address(AnteroomOptions options, Handle handle) => new($"{options.Issuer}{Path}?{Parameter}={handle.Reveal()}");
}
