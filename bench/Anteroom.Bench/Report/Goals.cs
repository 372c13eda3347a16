using System.Globalization;
using Anteroom.Bench.Measuring;
using Anteroom.Bench.Scenarios;

namespace Anteroom.Bench.Report;

/// <summary>One figure that we want to reach, and what this run found. Below is better.</summary>
internal sealed record Goal(string What, double Wanted, string Unit, double Found)
{
    public bool IsReached => Found <= Wanted;

    public string Text(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}{Unit}");
}

/// <summary>Our goals as far as they are ratios and sizes that this run has measured.</summary>
internal static class Goals
{
    public const string SignIn = "CPU of a brokered sign-in to the floor's";
    public const string SignInAlone = "p50 of a brokered sign-in, one browser, to the floor's";
    public const string Session = "CPU of an authorization with a session to the floor's";
    public const string ProgramToken = "CPU of a program's token, ES256, to a bare Kestrel's";
    public const string ColdStart = "Cold start to the first answer to the floor's";
    public const string Idle = "Memory, idle";
    public const string Loaded = "Memory, loaded";

    public static IReadOnlyList<Goal> Of(Findings results)
    {
        List<Goal> goals = [];
        Ratio(SignIn, 2, AllScenarios.SignIn, sample => sample.Cpu);
        Ratio(SignInAlone, 2, "sign-in-alone", sample => sample.P50);
        Ratio(Session, 1.8, "session", sample => sample.Cpu);
        Ratio(ProgramToken, 2, "client-credentials", sample => sample.Cpu);
        Writing("Writing transactions of a brokered sign-in", 2, "sign-in-alone");
        Writing("Writing transactions of a refresh", 1, "refresh");
        Writing("Writing transactions of userinfo", 0, "userinfo");
        Writing("Writing transactions of introspection", 0, "introspection");
        Writing("Writing transactions of a program's token", 0, "client-credentials");
        if (results.Find(AllScenarios.EmulatorSignIn) is { } atEmulator)
            goals.Add(new("CPU of a sign-in at the Entra emulator beside its password check", 1.5, " ms", atEmulator.Median.ServerCpu));
        if (results is { Ours: { } ours, Floor: { } floor })
        {
            goals.Add(new(ColdStart, 1.5, " ×", ours.Milliseconds / floor.Milliseconds));
            goals.Add(new(Idle, 120, " MB", ours.IdleMegabytes));
        }
        if (results.Size is { } size)
        {
            goals.Add(new("p95 of the slowest page among a million people", 50, " ms", size.Pages.Rows.Max(row => row.P95)));
            goals.Add(
                new("CPU of a brokered sign-in among a million people to that among few", 1.1, " ×", size.Among.Cpu / size.Alone.Cpu)
            );
            goals.Add(new("Large tables read from end to end by sign-ins", 0, "", size.SequentialScans));
        }
        if (results.LoadedMegabytes is { } loaded)
            goals.Add(new(Loaded, 250, " MB", loaded));
        return goals;

        void Ratio(string what, double wanted, string name, Func<Sample, double> figure)
        {
            if (results.Find(name) is { Scenario.ComparedWith: { } other } ours && results.Find(other) is { } floor)
                goals.Add(new(what, wanted, " ×", figure(ours.Median) / figure(floor.Median)));
        }

        // Work that happens now and then beside the requests also writes a little.
        void Writing(string what, double wanted, string name)
        {
            if (results.Find(name) is { } row)
                goals.Add(new(what, wanted, "", Math.Round(row.Median.WritingTransactions, 1)));
        }
    }
}
