using System.Globalization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Console.Frame;

namespace Anteroom.Server.Console.Integrations;

/// <summary>The client secret that a provider gave us and its last day, as fields of a form and back.</summary>
internal static class SecretFields
{
    /// <summary>The field of the secret itself.</summary>
    public const string Value = "clientSecret";

    /// <summary>The field of its last day.</summary>
    public const string ExpiresOn = "clientSecretExpiresOn";
    private const int Longest = 1024;

    public static KeyValuePair<string, string> ValueOf(DateOnly? expiresOn) => new(ExpiresOn, FormValues.OfDay(expiresOn));

    /// <summary>What was typed; null keeps the present one.</summary>
    public static Secret? SecretOf(FormValues typed) => typed.OrNull(Value) is { } secret ? new Secret(secret) : null;

    /// <param name="current">What stays where the form did not ask.</param>
    public static DateOnly? ExpiresOnOf(FormValues typed, DateOnly? current) =>
        typed.Names.Contains(ExpiresOn) ? typed.Day(ExpiresOn) : current;

    /// <summary>The last day in words, beside the end of a secret; null where nobody said it.</summary>
    public static string? EndOf(ConsolePages pages, DateOnly? expiresOn) =>
        expiresOn is { } day ? pages["Connections.SecretEnds", FormValues.OfDay(day)] : null;

    /// <param name="last4">Of the secret that stays where none is typed; null where there is none.</param>
    /// <param name="help">Where there is none.</param>
    public static Field[] Of(ConsolePages pages, FormValues values, string? last4, DateTimeOffset? setAt, string? help) =>
        [
            new(Value, pages["Connections.Secret"], "")
            {
                Kind = FieldKind.Secret,
                Longest = Longest,
                Help =
                    last4 is not null && setAt is { } at
                        ? pages["Mail.Kept", last4, at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)]
                        : help,
            },
            new(ExpiresOn, pages["Connections.SecretExpires"], values[ExpiresOn])
            {
                Kind = FieldKind.Day,
                Help = pages["Connections.SecretExpires.Help"],
            },
        ];
}
