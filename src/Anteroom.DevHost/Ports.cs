using System.Net;
using System.Net.Sockets;

namespace Anteroom.DevHost;

/// <summary>Looks whether the ports are free before anything is started.</summary>
internal static class Ports
{
    public static DemoFailure? Check(DemoOptions options)
    {
        (int Port, string User)[] wanted =
        [
            (options.Port, "the server"),
            (options.EmulatorPort, "the Entra emulator"),
            (options.EmulatorHttpsPort, "the Entra emulator's https"),
            (options.SamplePort, "the sample application"),
            (options.MailboxPort, "the mailbox"),
        ];
        foreach (var (port, user) in wanted)
        {
            // "localhost" may mean either address, and a browser tries both.
            if (!IsFree(IPAddress.Loopback, port) || (Socket.OSSupportsIPv6 && !IsFree(IPAddress.IPv6Loopback, port)))
                return new DemoFailure($"Port {port}, meant for {user}, is in use: end what uses it, or choose other ports with --port N.");
        }
        return null;
    }

    private static bool IsFree(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is not (SocketError.AddressAlreadyInUse or SocketError.AccessDenied);
        }
    }
}
