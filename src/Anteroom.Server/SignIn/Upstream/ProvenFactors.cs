namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Whether the methods that a provider names (<c>amr</c>, RFC 8176 §2) come to more than one factor. Whether its word counts is the connection's to say (SEC-077).</summary>
internal static class ProvenFactors
{
    // RFC 8176, and Entra's word for its own second factor at version 1.0.
    private static readonly string[] Several = ["mfa", "ngcmfa"];

    /// <summary>What one knows, what one has, what one is. One of a kind is one factor, however often it was shown.</summary>
    private static readonly string[][] Kinds =
    [
        ["pwd", "pin", "kba"],
        ["otp", "hwk", "swk", "sc", "sms", "tel", "fido", "pop"],
        ["face", "fpt", "iris", "retina", "vbm"],
    ];

    public static bool AreSeveral(IReadOnlyList<string> methods) =>
        methods.Any(Several.Contains) || Kinds.Count(kind => methods.Any(kind.Contains)) > 1;
}
