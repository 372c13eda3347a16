using Anteroom.Server.Connections;
using Anteroom.Server.Console.Frame;

namespace Anteroom.Server.Console.Integrations;

/// <summary>What a connection asks of its provider about second factors, as fields of a form and back.</summary>
internal static class SecondFactorFields
{
    private const string Required = "mfaRequired";
    private const string Trusted = "trustUpstreamMfa";
    private const string Context = "authContext";
    private const string Steps = "stepUps";
    private const int LongestSteps = 8192;

    public static KeyValuePair<string, string>[] ValuesOf(ConnectionSettings settings) =>
        [
            new(Required, settings.MfaRequired ? Field.On : ""),
            new(Trusted, settings.TrustUpstreamMfa ? Field.On : ""),
            new(Context, settings.AuthContext ?? ""),
            new(Steps, string.Join('\n', settings.StepUps.Select(step => $"{step.Acr} {step.AuthContext}"))),
        ];

    public static ConnectionSettings Apply(ConnectionSettings settings, FormValues typed) =>
        ApplySwitches(settings, typed) with
        {
            AuthContext = typed.OrNull(Context),
            StepUps = [.. typed.Lines(Steps).Select(StepOf)],
        };

    /// <summary>What every kind of provider is asked: authentication contexts are Entra's alone.</summary>
    public static ConnectionSettings ApplySwitches(ConnectionSettings settings, FormValues typed) =>
        settings with
        {
            MfaRequired = typed.IsOn(Required),
            TrustUpstreamMfa = typed.IsOn(Trusted),
        };

    public static Field[] Switches(ConsolePages pages, FormValues values) => Folded(pages, BothSwitches(pages, values));

    public static Field[] Of(ConsolePages pages, FormValues values) =>
        Folded(
            pages,
            [
                .. BothSwitches(pages, values),
                new(Context, pages["Connections.AuthContext"], values[Context])
                {
                    Longest = 3,
                    Verbatim = true,
                    Help = pages["Connections.AuthContext.Help"],
                },
                new(Steps, pages["Connections.StepUps"], values[Steps])
                {
                    Kind = FieldKind.Area,
                    Longest = LongestSteps,
                    Verbatim = true,
                    Help = pages["Connections.StepUps.Help"],
                },
            ]
        );

    private static Field[] BothSwitches(ConsolePages pages, FormValues values) =>
        [Switch(pages, Required, "Connections.Mfa", values), Switch(pages, Trusted, "Connections.TrustMfa", values)];

    /// <summary>Most connections need none of them; where one is set, all are seen.</summary>
    private static Field[] Folded(ConsolePages pages, Field[] fields)
    {
        var section = new FormSection(pages["Connections.SecondFactors"], pages["Connections.SecondFactors.Words"])
        {
            Folds = true,
            IsOpen = fields.Any(field => field.Value.Length > 0),
        };
        return [.. fields.Select(field => field with { Section = section })];
    }

    private static Field Switch(ConsolePages pages, string name, string words, FormValues values) =>
        new(name, pages[words], values[name])
        {
            Kind = FieldKind.Switch,
            Options = [(Field.On, pages["Yes"]), ("", pages["No"])],
            Help = pages[words + ".Help"],
        };

    /// <summary>A line: what an application asks for, and the context that answers it.</summary>
    private static StepUp StepOf(string line)
    {
        var words = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new(words[0], words.Length > 1 ? words[1] : "");
    }
}
