using System.Security.Cryptography;
using System.Text;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Credentials.Passwords;

/// <summary>Whose password is tried, from where: what a try is counted by. Names that nobody has count as those that somebody has (SEC-042).</summary>
/// <param name="User">Null where nobody has the name.</param>
/// <param name="Account">Names the account, or the name.</param>
/// <param name="Network">Where from (/24, /56).</param>
/// <param name="Device">Names this browser where the person has signed in to the account in it before; null in any other.</param>
public sealed record PasswordTry(UserId? User, byte[] Account, byte[] Network, byte[]? Device)
{
    /// <summary>The account as tried from this network.</summary>
    public byte[] FromHere => SHA256.HashData([.. Account, .. Network]);

    public static PasswordTry At(UserId user, string network, byte[]? device) =>
        new(user, Hash("user " + user), Hash("network " + network), device is null ? null : SHA256.HashData(device));

    /// <param name="folded">A user name that nobody has, by <see cref="UserNames.Fold"/>.</param>
    public static PasswordTry AtNobody(string folded, string network) =>
        new(null, Hash("name " + folded), Hash("network " + network), null);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
