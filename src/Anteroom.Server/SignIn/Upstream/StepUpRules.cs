using Anteroom.Server.Connections;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Whether a live session is too weak for what an application asks (<c>acr_values</c>) where the provider can do more.</summary>
/// <remarks>A level that no connection maps asks for nothing: <c>acr_values</c> are a wish (OIDC Core §3.1.2.1), and the answer says what was reached.</remarks>
public sealed class StepUpRules(ConnectionStore connections)
{
    public async Task<bool> StepsUpAsync(Session session, string? acrValues, CancellationToken ct) =>
        acrValues is not null
        && session.Evidence.Method == Evidence.Entra
        && !acrValues.Split(' ').Contains(session.Evidence.Acr)
        && (await connections.ListActiveAsync(session.Organization, ct)).Any(active =>
            AuthContexts.StepUpFor(active.Settings, acrValues) is not null
        );
}
