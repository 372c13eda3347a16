using Anteroom.Server.Connections;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Connections;

/// <summary>Which permissions of Graph a connection's settings need, and what a test can know of them from outside.</summary>
public sealed class PermissionStepsTests
{
    private const string Group = "11111111-1111-4111-8111-111111111111";
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory] // mode, mapped groups, granted ("-" is unreadable, "none" no credential) → result of the step
    [InlineData("code", "", "GroupMember.Read.All", null)] // nothing needs it
    [InlineData("code", "Engineering", "GroupMember.Read.All", null)] // Graph could not tell that name
    [InlineData("code", Group, "", "Unknown User.Read")]
    [InlineData("code", Group, "-", "Unknown User.Read")]
    [InlineData("hybrid", Group, "Domain.Read.All", "Unknown User.Read")]
    [InlineData("hybrid", Group, "GroupMember.Read.All", "Passed")]
    [InlineData("idToken", Group, "GroupMember.Read.All", "Passed")]
    [InlineData("idToken", Group, "User.Read.All Directory.Read.All", "Passed")]
    [InlineData("idToken", Group, "groupmember.read.all", "Failed GroupMember.Read.All")]
    [InlineData("idToken", Group, "", "Failed GroupMember.Read.All")]
    [InlineData("idToken", Group, "-", "Unknown GroupMember.Read.All")]
    [InlineData("idToken", Group, "none", "Unknown app roles")]
    [InlineData("browser", Group, "none", "Unknown app roles")]
    [InlineData("shared", Group, "", "Unknown admin consent")]
    [Trait("Capability", "HEC-40")]
    public void Groups_are_asked_about_where_roles_depend_on_them(string mode, string mapped, string granted, string? expected)
    {
        var step = PermissionSteps.Of(FactsOf(mode, mapped, granted, provesDomains: false)).SingleOrDefault();

        Assert.Equal(expected?.Split(' ')[0], step?.Result.ToString());
        if (step is null)
            return;
        Assert.Equal(("groups", false), (step.Name, step.Stops));
        Assert.Equal(step.Result == ConnectionTestResult.Failed ? "permission_missing" : null, step.Code);
        Assert.Equal(step.Result == ConnectionTestResult.Passed, step.Cure is null);
        if (expected!.Split(' ', 2) is [_, var words])
            Assert.Contains(words, step.Cure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "", null)]
    [InlineData(true, "Domain.Read.All", "Passed")]
    [InlineData(true, "Directory.ReadWrite.All", "Passed")]
    [InlineData(true, "GroupMember.Read.All", "Failed")]
    [InlineData(true, "-", "Unknown")]
    [Trait("Security", "SEC-269")]
    public void Domains_are_asked_about_where_the_tenant_proves_one(bool proves, string granted, string? expected)
    {
        var step = PermissionSteps.Of(FactsOf("code", "", granted, proves)).SingleOrDefault();
        Assert.Equal(expected, step?.Result.ToString());
        Assert.Equal(expected is "Failed" or "Unknown", step?.Cure?.Contains("Domain.Read.All", StringComparison.Ordinal) ?? false);
    }

    private static PermissionFacts FactsOf(string mode, string mapped, string granted, bool provesDomains)
    {
        var settings = new ConnectionSettings
        {
            Cloud = "global",
            ClientId = mode == "shared" ? "" : Group,
            TenantId = mode == "shared" ? null : Guid.Parse(Group),
            Registration = mode == "shared" ? Registration.Shared : Registration.Own,
            ClientKind = mode == "browser" ? ClientKind.Browser : ClientKind.Confidential,
            ResponseMode = mode switch
            {
                "hybrid" => ResponseMode.Hybrid,
                "idToken" => ResponseMode.IdToken,
                _ => ResponseMode.Code,
            },
            RoleMappings = mapped.Length == 0 ? [new("roles", "Staff", "worker")] : [new("groups", mapped, "worker")],
        };
        var connection = new Connection(
            OrganizationId.Platform,
            default,
            "key",
            "Entra",
            ConnectionKind.Entra,
            ConnectionState.Draft,
            Revision: 1,
            Version: 1,
            settings,
            SecretLast4: null,
            SecretAt: null,
            Now
        );
        return new(
            connection,
            provesDomains,
            HasCredential: granted != "none",
            granted is "-" or "none" ? null : granted.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet()
        );
    }
}
