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
    public static IReadOnlyList<Goal> Of(Findings results)
    {
        List<Goal> goals = [];
        Ratio("CPU of a brokered sign-in to the floor's", 2, AllScenarios.SignIn, sample => sample.Cpu);
        Ratio("p50 of a brokered sign-in, one browser, to the floor's", 2, "sign-in-alone", sample => sample.P50);
        Ratio("CPU of an authorization with a session to the floor's", 1.8, "session", sample => sample.Cpu);
        Ratio("CPU of a program's token, ES256, to a bare Kestrel's", 2, "client-credentials", sample => sample.Cpu);
        Writing("Writing transactions of a brokered sign-in", 2, "sign-in-alone");
        Writing("Writing transactions of a refresh", 1, "refresh");
        Writing("Writing transactions of userinfo", 0, "userinfo");
        Writing("Writing transactions of introspection", 0, "introspection");
        Writing("Writing transactions of a program's token", 0, "client-credentials");
        if (results.Find(AllScenarios.EmulatorSignIn) is { } atEmulator)
            goals.Add(new("CPU of a sign-in at the Entra emulator beside its password check", 1.5, " ms", atEmulator.Median.ServerCpu));
        if (results is { Ours: { } ours, Floor: { } floor })
        {
            goals.Add(new("Cold start to the first answer to the floor's", 1.5, " ×", ours.Milliseconds / floor.Milliseconds));
            goals.Add(new("Memory, idle", 120, " MB", ours.IdleMegabytes));
        }
        if (results.Size is { } size)
        {
            goals.Add(new("p95 of the slowest page among a million people", 50, " ms", size.Rows.Max(row => row.P95)));
            if (size.SignIn is { } among && results.Find(AllScenarios.SignIn) is { } alone)
                goals.Add(
                    new("CPU of a brokered sign-in among a million people to that among few", 1.1, " ×", among.Cpu / alone.Median.Cpu)
                );
        }
        if (results.LoadedMegabytes is { } loaded)
            goals.Add(new("Memory, loaded", 250, " MB", loaded));
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
