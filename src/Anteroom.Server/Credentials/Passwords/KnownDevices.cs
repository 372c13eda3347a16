using System.Buffers.Binary;
using System.Security.Cryptography;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Web;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.Credentials.Passwords;

/// <summary>Knows a browser again in which somebody has signed in with their password (SEC-214). It opens nothing: what strangers try elsewhere only does not count in it.</summary>
/// <remarks>One sealed cookie for the five accounts used last. A new password makes it worthless, wherever it is kept.</remarks>
public sealed class KnownDevices(CookieNames names, IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Name = "devices";
    private const int DeviceBytes = 16;
    private const int EntryBytes = 16 + DeviceBytes + 8 + 8;
    private const int MostAccounts = 5;
    private const int LongestCookie = 1024;
    private static readonly TimeSpan Life = TimeSpan.FromDays(90);

    private readonly IDataProtector _protector = protection.CreateProtector("Anteroom.Credentials.KnownDevices.v1");

    /// <summary>What names this browser for the account, or null in one where nobody has signed in to it with this password.</summary>
    public byte[]? Find(HttpContext http, UserId user, DateTimeOffset setAt)
    {
        var oldest = clock.GetUtcNow() - Life;
        return Read(http).FirstOrDefault(entry => entry.User == user && entry.SetAt == Stamp(setAt) && entry.At > oldest)?.Device;
    }

    /// <summary>From now on this browser is known for the account.</summary>
    public void Remember(HttpContext http, UserId user, DateTimeOffset setAt)
    {
        var device = Find(http, user, setAt) ?? RandomNumberGenerator.GetBytes(DeviceBytes);
        List<Entry> entries = [new(user, device, Stamp(setAt), clock.GetUtcNow())];
        entries.AddRange(Read(http).Where(entry => entry.User != user).Take(MostAccounts - 1));
        var bytes = new byte[entries.Count * EntryBytes];
        for (var number = 0; number < entries.Count; number++)
            entries[number].WriteTo(bytes.AsSpan(number * EntryBytes));
        http.Response.Cookies.Append(names.For(Name), Base64Url.Encode(_protector.Protect(bytes)), names.Options(SameSiteMode.Lax, Life));
    }

    private List<Entry> Read(HttpContext http)
    {
        if (
            http.Request.Cookies[names.For(Name)] is not { Length: > 0 and <= LongestCookie } text
            || !Base64Url.TryDecode(text, out var sealedBytes)
        )
            return [];
        try
        {
            var bytes = _protector.Unprotect(sealedBytes);
            List<Entry> entries = [];
            for (var at = 0; at + EntryBytes <= bytes.Length && entries.Count < MostAccounts; at += EntryBytes)
                entries.Add(Entry.ReadFrom(bytes.AsSpan(at, EntryBytes)));
            return entries;
        }
        catch (CryptographicException)
        {
            return []; // not ours, or from keys that are gone: no device that we know (SEC-045)
        }
    }

    // The database keeps microseconds.
    private static long Stamp(DateTimeOffset setAt) => setAt.ToUnixTimeMilliseconds();

    private sealed record Entry(UserId User, byte[] Device, long SetAt, DateTimeOffset At)
    {
        public void WriteTo(Span<byte> bytes)
        {
            User.Value.TryWriteBytes(bytes, bigEndian: true, out _);
            Device.CopyTo(bytes[16..]);
            BinaryPrimitives.WriteInt64BigEndian(bytes[(16 + DeviceBytes)..], SetAt);
            BinaryPrimitives.WriteInt64BigEndian(bytes[(24 + DeviceBytes)..], At.ToUnixTimeMilliseconds());
        }

        public static Entry ReadFrom(ReadOnlySpan<byte> bytes) =>
            new(
                new(new Guid(bytes[..16], bigEndian: true)),
                bytes.Slice(16, DeviceBytes).ToArray(),
                BinaryPrimitives.ReadInt64BigEndian(bytes[(16 + DeviceBytes)..]),
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[(24 + DeviceBytes)..]))
            );
    }
}
