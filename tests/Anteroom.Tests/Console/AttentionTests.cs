using Anteroom.Server.Connections;
using Anteroom.Server.Console.Trail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Console;

/// <summary>What an administrator is told of, as a table.</summary>
public sealed class AttentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly AttentionFacts Quiet = new(
        new(new(Guid.Parse("11111111-1111-7111-8111-111111111111")), "contoso", "Contoso", "ABC", OrganizationStatus.Active, new(), 1, Now),
        [Connection("Entra", ConnectionState.Active)],
        [new("contoso.example", DomainState.Verified, Now, Now)],
        [Key("Nightly", TimeSpan.FromDays(60))],
        [],
        new(DateOnly.FromDateTime(Now.UtcDateTime), 100, 5, 20),
        Now
    );

    public static TheoryData<string, string[]> Cases =>
        new()
        {
            { "nothing", [] },
            { "disabled", ["Attention.Disabled"] },
            { "no way in", ["Attention.NoWayIn"] },
            { "passkeys alone", [] },
            { "passwords alone", [] },
            { "submitted", ["Attention.Submitted"] },
            { "many refusals", ["Attention.Refusals"] },
            { "few refusals", [] },
            { "certificate ends", ["Attention.CertificateEnds"] },
            { "certificate lasts", [] },
            { "secret ends", ["Attention.SecretEnds"] },
            { "secret has ended", ["Attention.SecretEnds"] },
            { "secret lasts", [] },
            { "secret of a disabled connection", ["Attention.NoWayIn"] },
            { "application secret ends", ["Attention.ApplicationSecretEnds"] },
            { "key ends", ["Attention.KeyEnds"] },
            { "key ended", [] },
            { "key revoked", [] },
            { "asserted domain", ["Attention.Domain"] },
            { "record away", ["Attention.DomainProof"] },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tells_what_to_look_at(string name, string[] expected)
    {
        var facts = name switch
        {
            "disabled" => Quiet with { Room = Quiet.Room with { Status = OrganizationStatus.Disabled } },
            "no way in" => Quiet with { Connections = [Connection("Entra", ConnectionState.Draft)] },
            "passkeys alone" => Quiet with
            {
                Connections = [],
                Room = Quiet.Room with { Settings = new() { SignIn = SignInPolicy.Default with { AllowPasskeys = true } } },
            },
            "passwords alone" => Quiet with
            {
                Connections = [],
                Room = Quiet.Room with { Settings = new() { SignIn = SignInPolicy.Default with { AllowPasswords = true } } },
            },
            "certificate ends" => Quiet with { Connections = [Certified(TimeSpan.FromDays(29))] },
            "certificate lasts" => Quiet with { Connections = [Certified(TimeSpan.FromDays(31))] },
            "secret ends" => Quiet with { Connections = [WithSecret(30)] },
            "secret has ended" => Quiet with { Connections = [WithSecret(-30)] },
            "secret lasts" => Quiet with { Connections = [WithSecret(31)] },
            "secret of a disabled connection" => Quiet with { Connections = [WithSecret(3) with { State = ConnectionState.Disabled }] },
            "application secret ends" => Quiet with { Secrets = [new(Guid.Empty, "Portal", Now + TimeSpan.FromDays(3))] },
            "submitted" => Quiet with { Connections = [.. Quiet.Connections, Connection("New", ConnectionState.Submitted)] },
            "many refusals" => Quiet with { Today = Quiet.Today! with { Refused = 106 } },
            "few refusals" => Quiet with { Today = new(Quiet.Today!.Day, 0, 0, 9) },
            "key ends" => Quiet with { ApiKeys = [Key("Nightly", TimeSpan.FromDays(30))] },
            "key ended" => Quiet with { ApiKeys = [Key("Nightly", TimeSpan.Zero)] },
            "key revoked" => Quiet with { ApiKeys = [Key("Nightly", TimeSpan.FromDays(3)) with { RevokedAt = Now }] },
            "asserted domain" => Quiet with { Domains = [new("contoso.example", DomainState.Asserted, null, Now)] },
            "record away" => Quiet with { Domains = [Quiet.Domains[0] with { Absence = new(Now, 1) }] },
            _ => Quiet,
        };
        Assert.Equal(expected, Attention.Of(facts).Select(item => item.Text));
    }

    private static ApiKey Key(string name, TimeSpan left) => new(Guid.Empty, name, "abcd", [], Now + left, null, null, Now);

    private static Connection Certified(TimeSpan left) =>
        Connection("Entra", ConnectionState.Active) with
        {
            Settings = new() { ClientId = "client", Certificate = new("thumbprint", Now + left) },
        };

    private static Connection WithSecret(int days) =>
        Connection("Entra", ConnectionState.Active) with
        {
            Settings = new() { ClientId = "client", ClientSecretExpiresOn = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(days) },
        };

    private static Connection Connection(string name, ConnectionState state) =>
        new(
            OrganizationId.Platform,
            new(Guid.Parse("22222222-2222-7222-8222-222222222222")),
            "key",
            name,
            ConnectionKind.Entra,
            state,
            1,
            1,
            new() { ClientId = "client" },
            null,
            null,
            Now
        );
}
