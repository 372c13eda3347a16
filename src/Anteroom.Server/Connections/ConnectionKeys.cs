using System.Security.Cryptography;

namespace Anteroom.Server.Connections;

/// <summary>The public name of a connection in callback addresses. It is no secret, but it cannot be guessed from its neighbours.</summary>
internal static class ConnectionKeys
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int Length = 12; // 60 bits

    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    public static bool IsPossible(string key) => key.Length == Length && key.All(Alphabet.Contains);
}
