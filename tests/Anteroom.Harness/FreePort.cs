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
    public static int Next() => Next(20_000, 32_000, 0);

    /// <summary>The port of a demo, whose further programs listen beside it and, for https, further above.</summary>
    public static int OfDemo() => Next(15_000, 18_900, 0, 1, 2, 3, 1001);

    private static int Next(int from, int below, params int[] distances)
    {
        lock (Gate)
        {
            for (var attempt = 0; attempt < LastTry; attempt++)
            {
                var first = RandomNumberGenerator.GetInt32(from, below);
                if (distances.All(distance => IsFree(first + distance) && TryClaim(first + distance)))
                    return first;
            }
        }
        throw new UnreachableException("All ports are taken.");
    }

    /// <summary>"localhost" may mean either address.</summary>
    private static bool IsFree(int port) =>
        IsFree(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Loopback, port));

    private static bool IsFree(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.AddressNotAvailable; // this machine has none of that kind
        }
    }

    /// <summary>The system lets go of the file when its holder ends, however it ends.</summary>
    private static bool TryClaim(int port)
    {
        Directory.CreateDirectory(Folder);
        try
        {
            Claims.Add(
                new(
                    Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture)),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 1,
                    FileOptions.DeleteOnClose
                )
            );
            return true;
        }
        catch (IOException)
        {
            return false; // another test's
        }
    }
}
