using System.Net;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>The shape of every refusal of the token endpoint (entra-oidc.md §3.3).</summary>
internal static partial class TokenRefusals
{
    public static void Check(TokenReply reply, int code, string error, HttpStatusCode status, string message)
    {
        Assert.Equal(code, reply.Code);
        Assert.Equal(error, reply.Error);
        Assert.Equal(status, reply.Status);
        Assert.StartsWith($"AADSTS{code}: ", reply.Description, StringComparison.Ordinal);
        Assert.Contains(message, reply.Description, StringComparison.Ordinal);

        // §2.6, newer form: three parts, each separated by one space; the members repeat them (§3.3).
        Assert.Matches(Ending(), reply.Description);
        Assert.EndsWith(
            $"Trace ID: {(string)reply.Body["trace_id"]!} Correlation ID: {(string)reply.Body["correlation_id"]!} Timestamp: {(string)reply.Body["timestamp"]!}",
            reply.Description,
            StringComparison.Ordinal
        );
    }

    [GeneratedRegex(" Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$")]
    private static partial Regex Ending();
}
