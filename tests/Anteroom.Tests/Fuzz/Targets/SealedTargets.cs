using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Oidc;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.Device;
using Anteroom.Server.Federation.Oidc.PushedAuthorization;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Consent;
using Anteroom.Server.SignIn.OwnHost;
using Anteroom.Server.SignIn.SignOut;
using Anteroom.Server.SignIn.TenantProof;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Server.SignIn.Trials;
using Anteroom.Server.SignIn.Upstream;
using Anteroom.Tests.Federation;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What we seal and leave with browsers, in addresses and in rows: the seal, what stands behind it, and the handles of the rows.</summary>
internal static class SealedTargets
{
    private const string Purpose = "fuzz";
    private const string TicketPurpose = "Anteroom.Federation.Oidc.DeviceTicket.v1";
    private const string ConsentPurpose = "Anteroom.SignIn.AdminConsent.v1";
    private const string CrossedCookie = "crossed";

    private static readonly ManualClock Clock = new();
    private static readonly AnteroomOptions Options = new() { BaseUrl = "https://sso.example" };
    private static readonly CookieNames Names = new(Options);
    private static readonly EphemeralDataProtectionProvider Protection = new();
    private static readonly IDataProtector Protector = Protection.CreateProtector(Purpose);
    private static readonly OrganizationId Owner = new(Guid.Parse("0192f0c1-0000-7000-8000-000000000001"));
    private static readonly UserId User = new(Guid.Parse("0192f0c1-0000-7000-8000-000000000002"));

    // A handle of another kind or organization is recognised before the database would be asked.
    private static readonly StoredRequests NoRows = new(null!, Options, Clock);
    private static readonly PushedRequests Pushed = new(NoRows, Protection, Clock);
    private static readonly CrossedRequests Crossed = new(NoRows, Names, Protection, Clock);
    private static readonly TrialResults Trials = new(NoRows, Protection, Clock);
    private static readonly TenantProofs Proofs = new(NoRows, Protection, Clock);
    private static readonly PostedAnswers Answers = new(NoRows, Protection, Clock);
    private static readonly AdminConsentLinks Consents = new(null!, null!, Protection, Options, Clock);
    private static readonly DeviceTickets Tickets = new(Protection);

    private static readonly DeviceTicket Ticket = new(UserCodeOf("BCDF-GHJK"), Owner, new SessionId(User.Value));

    private static readonly string ConsentState = Base64Url.Encode(
        new SealedJson<AdminConsentLinks.Asked>(Protection, ConsentPurpose, AdminConsentJson.Default.Asked).Seal(
            new(Owner.Value, Clock.GetUtcNow() + AdminConsentLinks.Lifetime)
        )
    );

    private static readonly Kind[] Kinds =
    [
        Of(new PushedRequest("app_x", ["client_id", "app_x", "scope", "openid"]), OidcJson.Default.PushedRequest),
        Of(new CrossedRequest("/connect/authorize", ["scope", "openid"], "00ff"), OidcJson.Default.CrossedRequest),
        Of(
            new ProvenTenant(User, new(User.Value), "global", User.Value, "mira@contoso.test", null, "65001"),
            TenantProofJson.Default.ProvenTenant
        ),
        Of(
            new TrialResult(
                User,
                new(User.Value),
                1,
                "refused",
                "mfa_required",
                null,
                "mira",
                [new("oid", ["x"]), new("email", null)],
                [new("organization", null)]
            ),
            TrialJson.Default.TrialResult
        ),
        Of(
            new HandOver(null, "arrival", new(Owner, null, "app_x", "Portal", "https://rp.example/out", false)),
            HandOverJson.Default.HandOver
        ),
        Of(
            new PendingSignOut(Owner, "Portal", "https://rp.example/out", Clock.GetUtcNow())
            {
                Farewells = [new("app_x", new SessionId(User.Value))],
            },
            TransactionJson.Default.PendingSignOut
        ),
        Of(new AdminConsentLinks.Asked(Owner.Value, Clock.GetUtcNow()), AdminConsentJson.Default.Asked),
        Of(new Dictionary<string, string> { ["state"] = "s", ["code"] = "c" }, PostedAnswerJson.Default.DictionaryStringString),
    ];

    private static readonly Gen<string> OthersHandle =
        from prefix in Gen.Elements(TrialResults.Prefix, TenantProofs.Prefix, PostedAnswers.Prefix, PushedRequests.Prefix, HandOvers.Prefix)
        from organization in Pieces.Uuid
        from place in Gen.Elements("", PushedRequests.UriPrefix)
        select place + Handle.New(prefix, new(organization)).Reveal();

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new(
            "sealed-json",
            [new SealedJson<PushedRequest>(Protection, Purpose, OidcJson.Default.PushedRequest).Open],
            Gen.Elements(Kinds.Select(kind => kind.Sample).ToArray()),
            ["null", "\"Pairs\":", "\"By\":", "\"SignOut\":", "\"Farewells\":", "{}", "[]", "\"Until\":"],
            bytes =>
                string.Join(' ', Kinds.Where(kind => kind.IsRead(bytes)).Select(kind => kind.Name)) is { Length: > 0 } read
                    ? read
                    : "refused"
        ),
        FuzzTarget.OfText(
            "device-ticket",
            [Tickets.Read],
            Gen.Constant(Protection.CreateProtector(TicketPurpose).Unprotect(Tickets.Write(Ticket))),
            [" ", "BCDFGHJK", "org_", "ses_", "\0"],
            text =>
            {
                Assert.Null(Tickets.Read(text)); // without our seal it is nothing
                if (Tickets.Read(Protection.CreateProtector(TicketPurpose).Protect(Whole(text))) is not { } ticket)
                    return "refused";
                Assert.Equal(ticket, Tickets.Read(Tickets.Write(ticket)));
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "admin-consent-state",
            [Consents.OrganizationOf],
            Gen.Constant(ConsentState),
            ["CfDJ8", "A", "_", "="],
            text =>
            {
                var organization = Consents.OrganizationOf(text);
                Assert.True(organization is null || (organization == Owner && text == ConsentState)); // sealed: nobody makes one
                return organization is null ? "refused" : "read";
            }
        ),
        FuzzTarget.OfText(
            "stored-handle",
            [Trials.FindAsync, Proofs.FindAsync, Proofs.TakeAsync, Answers.TakeAsync, PushedRequests.HandleOf],
            OthersHandle,
            [PushedRequests.UriPrefix, "tr_", "tp_", "pa_", "par_", "ho_", "urn:", "A"],
            text =>
            {
                Assert.Null(Trials.FindAsync(Owner, text, default).GetAwaiter().GetResult());
                Assert.Null(Proofs.FindAsync(Owner, text, default).GetAwaiter().GetResult());
                Assert.Null(Proofs.TakeAsync(Owner, text, default).GetAwaiter().GetResult());
                Assert.Null(Answers.TakeAsync(Owner, text, default).GetAwaiter().GetResult());
                if (PushedRequests.HandleOf(text) is not { } handle)
                    return "refused";
                Assert.Equal(text, PushedRequests.UriPrefix + handle.Reveal()); // one spelling
                return "pushed";
            }
        ),
        FuzzTarget.OfText(
            "crossed-request",
            [Crossed.ParametersAsync],
            Gen.OneOf(
                OthersHandle.Select(handle => $"{CrossedRequests.Parameter}={handle}"),
                Pieces.Form(("client_id", Pieces.Word), ("scope", Gen.Constant("openid")), ("state", Pieces.Word))
            ),
            [$"&{CrossedRequests.Parameter}=", "sr_", "&scope=", "=", "%00", "&client_id=&client_id="],
            ReadCrossed
        ),
    ];

    /// <summary>A kind of what we seal: how a sample looks behind the seal, and whether bytes behind it are read as one.</summary>
    private sealed record Kind(string Name, byte[] Sample, Func<byte[], bool> IsRead);

    private static Kind Of<T>(T sample, JsonTypeInfo<T> type)
        where T : class
    {
        var one = new SealedJson<T>(Protection, Purpose, type);
        var other = new SealedJson<T>(Protection, "another purpose", type);
        return new(
            typeof(T).Name,
            JsonSerializer.SerializeToUtf8Bytes(sample, type),
            bytes =>
            {
                Assert.Null(one.Open(bytes)); // without a seal
                var protectedBytes = Protector.Protect(bytes);
                Assert.Null(other.Open(protectedBytes)); // sealed for something else
                if (one.Open(protectedBytes) is not { } read)
                    return false;
                Assert.Equal(
                    JsonSerializer.SerializeToUtf8Bytes(read, type),
                    JsonSerializer.SerializeToUtf8Bytes(one.Open(one.Seal(read))!, type)
                );
                return true;
            }
        );
    }

    private static string ReadCrossed(string text)
    {
        var http = Browser();
        http.Request.QueryString = new QueryString("?" + text);
        if (http.Request.Query[CrossedRequests.Parameter] is [{ } handle] && Handle.TryParse(StoredRequests.Prefix, handle, out _))
            return "stored";
        var read = Crossed.ParametersAsync(http, "/connect/authorize", default).GetAwaiter().GetResult();
        if (!read.TryGet(out _, out var unreadable))
            return unreadable.Reason;
        Assert.False(http.Request.Query.ContainsKey(CrossedRequests.Parameter));
        return "direct";
    }

    /// <summary>Half a pair cannot be sealed.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static DefaultHttpContext Browser()
    {
        var http = new DefaultHttpContext();
        http.Request.Method = HttpMethods.Get;
        http.Request.Headers.Cookie = $"{Names.For(CrossedCookie)}={new string('A', 43)}";
        return http;
    }

    private static Anteroom.Protocols.OAuth.UserCode UserCodeOf(string typed) =>
        Anteroom.Protocols.OAuth.UserCode.TryParse(typed, out var code) ? code : throw new InvalidOperationException(typed);
}
