using System.Security.Cryptography;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Federation;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.OwnHost;
using Anteroom.Server.SignIn.Transactions;
using FsCheck.Fluent;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What we gave out and get back: handles, identifiers, places in lists, sealed bytes.</summary>
internal static class HandleTargets
{
    private static readonly string[] Prefixes = ["ss", "ac", "rt", "sr", "ho", "pl", "key"];

    private static readonly byte[] VaultKey = RandomNumberGenerator.GetBytes(SealedBox.KeyBytes);
    private static readonly byte[] Sealed = SealedBox.Seal(VaultKey, 1, "secret"u8, Place(1));

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "handle",
            [Handle.TryParse],
            Gen.Zip(Gen.Elements(Prefixes), Pieces.Uuid).Select(pair => Handle.New(pair.Item1, new(pair.Item2)).Reveal()),
            [.. Prefixes.Select(prefix => prefix + "_"), "A", "=", "h"],
            text =>
            {
                var read = Prefixes.Count(prefix => IsHandle(prefix, text));
                Assert.InRange(read, 0, 1);
                return read == 0 ? "refused" : text[..2];
            }
        ),
        FuzzTarget.OfText(
            "id",
            [
                OrganizationId.TryParse,
                UserId.TryParse,
                SessionId.TryParse,
                ConnectionId.TryParse,
                SharedRegistrationId.TryParse,
                TenantBindingId.TryParse,
                RoleId.TryParse,
                GrantId.TryParse,
                ApplicationId.TryParse,
                TransactionId.TryParse,
                PasskeyId.TryParse,
            ],
            Gen.Zip(
                    Gen.Elements(
                        OrganizationId.Prefix,
                        UserId.Prefix,
                        SessionId.Prefix,
                        ConnectionId.Prefix,
                        SharedRegistrationId.Prefix,
                        TenantBindingId.Prefix,
                        RoleId.Prefix,
                        GrantId.Prefix,
                        ApplicationId.Prefix,
                        PasskeyId.Prefix,
                        ""
                    ),
                    Pieces.Uuid
                )
                .Select(pair => pair.Item1.Length == 0 ? Identifiers.ToBase32(pair.Item2) : Identifiers.Format(pair.Item1, pair.Item2)),
            ["usr_", "org_", "h", "_", "1"],
            ReadId
        ),
        FuzzTarget.OfText(
            "event-cursor",
            [EventCursor.TryParse],
            Gen.Choose(0, int.MaxValue).Two().Select(pair => new EventCursor(pair.Item1, pair.Item2).ToString()),
            ["-", "+1", "9223372036854775807", "-1"],
            text =>
            {
                if (!EventCursor.TryParse(text, out var cursor))
                    return "refused";
                Assert.True(cursor is { TransactionId: >= 0, EventId: >= 0 });
                Assert.True(EventCursor.TryParse(cursor.ToString(), out var again) && again == cursor);
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "arrival",
            [Arrivals.IsPossible],
            Pieces.Base64UrlOf(32),
            ["A", "_"],
            text =>
            {
                var possible = Arrivals.IsPossible(text);
                Assert.True(!possible || (text.Length == 43 && Base64Url.TryDecode(text, out _))); // it goes on in an address
                return possible ? "possible" : "refused";
            }
        ),
        new FuzzTarget(
            "sealed-box",
            [SealedBox.Unseal, SealedBox.KeyVersion],
            Gen.Constant(Sealed),
            ["\u0001\0\0\0\u0001"],
            bytes =>
            {
                try
                {
                    var plain = SealedBox.Unseal(VaultKey, bytes, Place(SealedBox.KeyVersion(bytes)));
                    Assert.Equal(Sealed, bytes);
                    Assert.Equal("secret"u8.ToArray(), plain);
                    return "opened";
                }
                catch (CryptographicException e)
                {
                    return e.GetType().Name; // the one exception that is promised
                }
            }
        ),
    ];

    // As the vault does it: the version that the box names is part of what the tag vouches for.
    private static byte[] Place(int version) =>
        SealedBox.Associated(OrganizationId.Platform, new Field("connections", "1", "secret"), version);

    private static bool IsHandle(string prefix, string text)
    {
        if (!Handle.TryParse(prefix, text, out var handle))
            return false;
        Assert.Equal(text, handle.Reveal());
        Assert.Equal(prefix, handle.Prefix);
        Assert.StartsWith($"{prefix}_{Identifiers.ToBase32(handle.Organization.Value)}", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text[^43..], handle.ToString(), StringComparison.Ordinal);
        Assert.Equal(SHA256.HashSizeInBytes, handle.Sha256().Length);
        return true;
    }

    private static string ReadId(string text)
    {
        List<string> read = [];
        if (OrganizationId.TryParse(text, out var organization))
            read.Add(organization.ToString());
        if (UserId.TryParse(text, out var user))
            read.Add(user.ToString());
        if (SessionId.TryParse(text, out var session))
            read.Add(session.ToString());
        if (ConnectionId.TryParse(text, out var connection))
            read.Add(connection.ToString());
        if (SharedRegistrationId.TryParse(text, out var registration))
            read.Add(registration.ToString());
        if (TenantBindingId.TryParse(text, out var binding))
            read.Add(binding.ToString());
        if (RoleId.TryParse(text, out var role))
            read.Add(role.ToString());
        if (GrantId.TryParse(text, out var grant))
            read.Add(grant.ToString());
        if (ApplicationId.TryParse(text, out var application))
            read.Add(application.ToString());
        if (TransactionId.TryParse(text, out var transaction))
            read.Add(transaction.ToString());
        if (PasskeyId.TryParse(text, out var passkey))
            read.Add(passkey.ToString());
        // One spelling, and no id of one kind passes for one of another.
        Assert.True(read.Count <= 1);
        Assert.All(read, spelled => Assert.Equal(text, spelled));
        return read.Count == 0 ? "refused"
            : text.Split('_')[0].Length > 6 ? "bare"
            : text.Split('_')[0];
    }
}
