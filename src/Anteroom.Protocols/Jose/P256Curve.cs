using System.Globalization;
using System.Numerics;

namespace Anteroom.Protocols.Jose;

/// <summary>The curve equation of P-256 (SEC 2 §2.4.2, FIPS 186-4 §D.1.2.3).</summary>
/// <remarks>Cryptographic libraries differ in when they notice a point that is not on its curve, so we look ourselves, before any of them sees it.</remarks>
internal static class P256Curve
{
    public const int CoordinateBytes = 32;

    private static readonly BigInteger P = Hex("00ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger B = Hex("005ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    /// <summary>Whether y² = x³ − 3x + b holds for two coordinates of 32 bytes, both below the field prime.</summary>
    public static bool Contains(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        if (x.Length != CoordinateBytes || y.Length != CoordinateBytes)
            return false;
        var px = new BigInteger(x, isUnsigned: true, isBigEndian: true);
        var py = new BigInteger(y, isUnsigned: true, isBigEndian: true);
        return px < P && py < P && ((py * py) - ((((px * px) - 3) * px) + B)) % P == 0;
    }

    private static BigInteger Hex(string digits) => BigInteger.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
