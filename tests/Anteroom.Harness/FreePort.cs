using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Anteroom.Harness;

/// <summary>Ports for servers of tests.</summary>
public static class FreePort
{
    private const int LastTry = 100;

    /// <summary>A port that nobody listens on, below the range from which the system gives out ports: it is still free when it is used later.</summary>
    public static int Next()
    {
        for (var attempt = 0; attempt < LastTry; attempt++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(20_000, 32_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // somebody's
            }
        }
        throw new UnreachableException("All ports are taken.");
    }
}
