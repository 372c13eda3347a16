namespace Anteroom.Server.SignIn.SignOut;

/// <summary>How the applications of one protocol hear of a sign-out in the browser: by an address of theirs in a frame of our page.</summary>
public interface IFrontChannelLogout
{
    /// <summary>The addresses of those that registered one; whoever did not is left out.</summary>
    Task<IReadOnlyList<FrontChannelAddress>> AddressesAsync(IReadOnlyList<Farewell> farewells, CancellationToken ct);
}

/// <summary>An application that took part in a session which has just ended.</summary>
public sealed record Farewell(string ClientId, SessionId Session);

/// <param name="Uri">Registered, with what says which session ended.</param>
public sealed record FrontChannelAddress(Farewell Farewell, Uri Uri);
