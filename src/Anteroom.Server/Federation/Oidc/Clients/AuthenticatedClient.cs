using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Federation.Oidc.Clients;

/// <summary>A client that has just proven who it is. Only <see cref="ClientAuthenticator"/> makes one, so what needs it cannot be reached without.</summary>
public sealed class AuthenticatedClient
{
    internal AuthenticatedClient(Application application, AuditContext audit) => (Application, Audit) = (application, audit);

    public Application Application { get; }

    public string Id => Application.ClientId;

    /// <summary>Under which what it does is written down.</summary>
    public AuditContext Audit { get; }
}
