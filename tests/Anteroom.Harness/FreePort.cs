using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Anteroom.Harness;

/// <summary>Ports for servers of tests, which several programs run at once.</summary>
public static class FreePort
{
    private const int LastTry = 100;

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "anteroom-ports");
    private static readonly Lock Gate = new();
    private static readonly List<FileStream> Claims = [];

    /// <summary>
    /// A port that nobody listens on, below the range from which the system gives out ports, and that is given to no other test before this
    /// program ends: it is still free when it is used later.
    /// </summary>
    public static int Next()
    {
        lock (Gate)
        {
            for (var attempt = 0; attempt < LastTry; attempt++)
            {
                var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
                if (IsFree(port) && Claim(port) is { } claim)
                {
                    Claims.Add(claim);
                    return port;
                }
            }
        }
        throw new UnreachableException("All ports are taken.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The system lets go of the file when its holder ends, however it ends.</summary>
    private static FileStream? Claim(int port)
    {
        Directory.CreateDirectory(Folder);
        try
        {
            return new(
                Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture)),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose
            );
        }
        catch (IOException)
        {
            return null; // another test's
        }
    }
}
