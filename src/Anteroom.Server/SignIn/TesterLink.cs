using Anteroom.Server.Connections;

namespace Anteroom.Server.SignIn;

/// <summary>The address that testers of a connection get: it begins a sign-in by that connection, past the ways that others see, and ends on their account pages.</summary>
public static class TesterLink
{
    /// <summary>Query parameter that holds the connection's key.</summary>
    public const string Parameter = "connection";

    /// <param name="origin">Where the organization's people sign in (<see cref="Organizations.OrganizationHosts"/>).</param>
    public static string AddressOf(Connection connection, string origin) => $"{origin}/account?{Parameter}={connection.Key}";
}
