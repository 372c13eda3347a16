using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>What the test of a connection knows about its permissions at Microsoft Graph.</summary>
/// <param name="ProvesDomains">Whether a domain of the organization is proven by the connection's tenant.</param>
/// <param name="HasCredential">Whether the application can ask for a token of its own.</param>
/// <param name="Granted">What that token may do; null where there is none, or it does not tell.</param>
public sealed record PermissionFacts(Connection Connection, bool ProvesDomains, bool HasCredential, IReadOnlySet<string>? Granted);

/// <summary>The steps of a test about what a connection's settings need of Microsoft Graph; none where they need nothing. Pure.</summary>
/// <remarks>They stop no connection: it lets people in without, but for some.</remarks>
public static class PermissionSteps
{
    public const string Groups = "groups";
    public const string Domains = "domains";

    public static IReadOnlyList<ConnectionTestStep> Of(PermissionFacts facts)
    {
        List<ConnectionTestStep> steps = [];
        var connection = facts.Connection;
        // Graph tells ids alone, so that a permission is of no use to mappings by other names.
        if (
            connection.Kind == ConnectionKind.Entra
            && GroupRoles.AreMapped(connection.Settings)
            && GroupRoles.AreMappedById(connection.Settings)
        )
            steps.Add(GroupsStep(facts));
        if (facts.ProvesDomains)
            steps.Add(Granted(facts, Domains, GraphPermission.Domains, "The application may read which domains the tenant has verified."));
        return steps;
    }

    private static ConnectionTestStep GroupsStep(PermissionFacts facts)
    {
        const string May = "The application may read groups that do not fit into a token.";
        if (facts.Granted is { } granted && GraphPermission.Groups.IsAmong(granted))
            return Step(Groups, ConnectionTestResult.Passed, null, May, null);
        if (ConnectionFlow.Of(facts.Connection.Settings).Redeemer == Redeemer.Server)
            return Step(
                Groups,
                ConnectionTestResult.Unknown,
                null,
                $"Groups that do not fit into a token are read as the person, with {GroupRoles.OwnGroups}. Only a sign-in shows whether everybody may consent to that.",
                CureOf(facts.Connection, $"{GroupRoles.OwnGroups} (Delegated permissions, there by default)")
            );
        return facts.HasCredential
            ? Granted(facts, Groups, GraphPermission.Groups, May)
            : Step(
                Groups,
                ConnectionTestResult.Unknown,
                null,
                "Groups that do not fit into a token cannot be read: the connection has no credential. Only a sign-in shows who has too many.",
                "Token configuration > Groups claim: Groups assigned to the application. Or map app roles, of which a token never has too many."
            );
    }

    private static ConnectionTestStep Granted(PermissionFacts facts, string name, GraphPermission needed, string may) =>
        facts.Granted is not { } granted
            ? Step(
                name,
                ConnectionTestResult.Unknown,
                null,
                $"Could not be tried, or the answer does not tell. The application needs {needed.Name}.",
                CureOf(facts.Connection, $"Application permissions > {needed.Name}")
            )
        : needed.IsAmong(granted) ? Step(name, ConnectionTestResult.Passed, null, may, null)
        : Step(
            name,
            ConnectionTestResult.Failed,
            ReasonCodes.PermissionMissing,
            $"{ReasonCatalogue.Get(ReasonCodes.PermissionMissing).Happened} It is {needed.Name}.",
            CureOf(facts.Connection, $"Application permissions > {needed.Name}")
        );

    /// <summary>The shared app is the operator's; of its permissions a customer can only consent.</summary>
    private static string CureOf(Connection connection, string permission) =>
        connection.Settings.Registration == Registration.Shared
            ? "Grant admin consent, or sign in first with an account that may consent for the organization."
            : $"App registrations > the application > API permissions > Microsoft Graph > {permission}. Then Grant admin consent for {connection.Settings.TenantDomain ?? "the tenant"}.";

    private static ConnectionTestStep Step(string name, ConnectionTestResult result, string? code, string message, string? cure) =>
        new(name, result, code, message, cure) { Stops = false };
}
