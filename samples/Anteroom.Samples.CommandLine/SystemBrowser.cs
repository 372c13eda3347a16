using System.Diagnostics;

namespace Anteroom.Samples.CommandLine;

/// <summary>The person's own browser: it has their session and their password manager, and shows whose page it is (RFC 8252 §5).</summary>
public static class SystemBrowser
{
    /// <summary>Shows a page; where there is no browser, the address is there to be opened elsewhere on this machine.</summary>
    public static void Open(Uri address)
    {
        Console.WriteLine($"Sign in at {address}");
        try
        {
            using var started = Process.Start(new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No program opens addresses here; the line above remains.
        }
    }
}
