using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Federation.Oidc.Subjects;

/// <summary>By which <c>sub</c> and <c>sid</c> an application knows a person and a session (OIDC Core §8, SEC-103), and whom and which they mean.</summary>
public sealed class SubjectNames(SubjectKey key, Database database)
{
    /// <param name="subject">The person's public subject.</param>
    public async ValueTask<string> OfAsync(Application application, UserId user, string subject, CancellationToken ct) =>
        application.Settings.SubjectType == SubjectType.Pairwise
            ? PairwiseSubject.Of(user, SectorOf(application), await key.GetAsync(ct))
            : subject;

    /// <summary>The public subject of whom an application calls so; where nobody is found the text itself, which then is nobody's.</summary>
    public async ValueTask<string> PublicAsync(Application application, OrganizationId organization, string subject, CancellationToken ct)
    {
        if (application.Settings.SubjectType != SubjectType.Pairwise)
            return subject;
        if (PairwiseSubject.Read(subject, SectorOf(application), await key.GetAsync(ct)) is not { } user)
            return subject;
        return await database
                .In(organization)
                .FirstAsync<string>(
                    "SELECT subject FROM users WHERE organization_id = @organization AND user_id = @user",
                    new { user = user.Value },
                    ct
                )
            ?? subject;
    }

    /// <summary>The <c>sid</c> of a session; with pairwise subjects another in each sector, or applications would compare people by their sessions.</summary>
    public async ValueTask<string> SessionOfAsync(Application application, SessionId session, CancellationToken ct) =>
        application.Settings.SubjectType == SubjectType.Pairwise
            ? PairwiseSubject.Of(session, SectorOf(application), await key.GetAsync(ct))
            : session.ToString();

    /// <summary>Which session an application calls so; null where the text names none.</summary>
    public async ValueTask<SessionId?> SessionAsync(Application application, string sid, CancellationToken ct)
    {
        if (application.Settings.SubjectType == SubjectType.Pairwise)
            return PairwiseSubject.ReadSession(sid, SectorOf(application), await key.GetAsync(ct));
        return SessionId.TryParse(sid, out var session) ? session : null;
    }

    // Registration refuses pairwise subjects without a sector.
    private static string SectorOf(Application application) =>
        Sectors.Of(application.RedirectUris, application.Settings)
        ?? throw new InvalidOperationException("An application with pairwise subjects belongs to no sector.");
}
