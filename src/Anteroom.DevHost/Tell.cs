using System.Diagnostics;
using System.Globalization;

namespace Anteroom.DevHost;

/// <summary>What the person at the terminal reads.</summary>
internal static class Tell
{
    private static bool s_stepIsOpen;

    /// <summary>The terminal, unless a test runs the demo.</summary>
    public static TextWriter Out { get; set; } = Console.Out;

    public static void Line(string text)
    {
        if (s_stepIsOpen)
            Out.WriteLine();
        s_stepIsOpen = false;
        Out.WriteLine(text);
    }

    public static Step Begin(string what)
    {
        Out.Write($"{what} ... ");
        s_stepIsOpen = true;
        return new Step(Stopwatch.GetTimestamp());
    }

    public static void Addresses(DemoEndpoints endpoints, DemoMemory memory)
    {
        var user = memory.Tenants[0].Users[0];
        Out.WriteLine(
            $"""

              Sample application  {endpoints.SampleApplication}
              Server              {endpoints.Server}
              Owner page          {endpoints.OwnerLink}  (once, within 30 minutes)
              Management API      {endpoints.Api}  (key in endpoints.json)
              Entra emulator      {endpoints.EmulatorPortal}
              Mailbox             {endpoints.Mailbox}
              All addresses       {memory.EndpointsFile}

            Open {endpoints.SampleApplication}, sign in with code {endpoints.Organizations[0].CompanyCode},
            user {user.UserPrincipalName}, password {user.Password}

            Ctrl-C stops all of it.
            """
        );
    }

    /// <summary>One thing that takes a moment.</summary>
    internal sealed record Step(long Started)
    {
        public void Done() =>
            Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"done ({Stopwatch.GetElapsedTime(Started).TotalSeconds:0.0} s)"));
    }
}
