namespace Anteroom.Server.Connections;

/// <summary>What an app registration in Entra must hold for a connection, in Entra's words: for the test, the console's page and the guides alike.</summary>
/// <param name="PlatformName">Under which platform of the Authentication page the redirect URI stands.</param>
/// <param name="TicksIdTokens">Whether <see cref="IdTokenBox"/> must be ticked; <see cref="AccessTokenBox"/> never.</param>
/// <param name="Credential">What stands under Certificates &amp; secrets; null where nothing is needed.</param>
public sealed record EntraRegistration(string PlatformName, bool TicksIdTokens, CredentialKind? Credential)
{
    public const string Web = "Web";
    public const string SinglePage = "Single-page application";
    public const string IdTokenBox = "ID tokens (used for implicit and hybrid flows)";
    public const string AccessTokenBox = "Access tokens (used for implicit flows)";

    public static EntraRegistration Of(Connection connection)
    {
        var flow = ConnectionFlow.Of(connection.Settings);
        return new(flow.Redeemer == Redeemer.Browser ? SinglePage : Web, flow.HasIdToken, CredentialOf(connection.Settings, flow));
    }

    // Without a code nothing has to be proven; a certificate or a federated credential was still chosen on purpose, for looking up groups.
    private static CredentialKind? CredentialOf(ConnectionSettings settings, ConnectionFlow flow) =>
        flow.NeedsCredential || settings.Credential != CredentialKind.Secret ? settings.Credential : null;
}
