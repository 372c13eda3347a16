using System.Resources;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Account.Access;

/// <summary>The account pages as an application of ours: whoever wants to see them signs in as for any other, and the answer is the address of a page.</summary>
/// <remarks>The person's own session opens the page, on the host that the sign-in ended on (docs/decisions/0016).</remarks>
internal sealed class AccountSignIn(ConnectionStore connections, PageLanguages languages, ProblemPages problems, AnteroomOptions options)
    : IApplicationProtocol
{
    public const string ProtocolName = "account";
    public const string Path = "/account";
    public const string OrganizationParameter = "organization";
    public const string PageParameter = "page";
    public const string FreshParameter = "fresh";
    public const string ChooseParameter = "choose";

    private const int LongestName = 100;
    private static readonly ResourceManager Words = new(typeof(AccountText));

    public string Name => ProtocolName;

    /// <summary>Where somebody proves who they are and comes back to a page.</summary>
    /// <param name="slug">The organization's, as it stood in the address.</param>
    /// <param name="fresh">Whether a live session is not enough.</param>
    public static string AddressFor(string slug, string page, bool fresh) =>
        $"{Path}?{OrganizationParameter}={Uri.EscapeDataString(slug)}"
        + (page.Length > 0 ? $"&{PageParameter}={Uri.EscapeDataString(page)}" : "")
        + (fresh ? $"&{FreshParameter}=yes" : "");

    public async Task<IResult> BeginAsync(
        HttpContext http,
        SignInDispatcher signIn,
        OrganizationDirectory organizations,
        CancellationToken ct
    )
    {
        var query = http.Request.Query;
        if (query[TesterLink.Parameter] is [{ } key])
            return await TryAsync(http, signIn, key, ct);
        // On an organization's own host nobody else is meant, whatever the address says.
        var named =
            OrganizationHost.Of(http) is null && query[OrganizationParameter] is [{ Length: > 0 and <= LongestName } text]
                ? await organizations.FindBySlugOrCodeAsync(text, ct)
                : null;
        var request = RequestFor(http, named?.Id) with
        {
            Interaction =
                query[FreshParameter].Count > 0 ? Interaction.Reauthenticate
                : query[ChooseParameter].Count > 0 ? Interaction.SelectAccount
                : Interaction.AsNeeded,
        };
        return await signIn.BeginAsync(http, request, ct);
    }

    /// <summary>By one connection, past the ways that others see. Who is no tester is refused at the end, as everybody is (SEC-039).</summary>
    private async Task<IResult> TryAsync(HttpContext http, SignInDispatcher signIn, string key, CancellationToken ct)
    {
        if (await connections.FindByKeyAsync(key, ct) is not { } connection)
            return problems.NotFound();
        var request = RequestFor(http, connection.Organization) with { Connection = connection.Id };
        return request.MayUse(connection) ? await signIn.BeginAsync(http, request, ct) : problems.NotFound();
    }

    private SignInRequest RequestFor(HttpContext http, OrganizationId? organization) =>
        new(
            ProtocolName,
            ProtocolName,
            Words.GetString("Application", languages.For(http))!,
            OrganizationId.Platform,
            organization,
            PagePath.Of(http.Request.Query[PageParameter]),
            options.Issuer + Path,
            LoginHint: null,
            Interaction.AsNeeded,
            MaxAge: null,
            AcrValues: null,
            ExpectedSubject: null
        );

    public async Task<IResult> CompleteAsync(
        Transaction transaction,
        SignInRequest request,
        Session session,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var slug = await transaction.FirstAsync<string>("SELECT slug FROM organizations WHERE organization_id = @organization", null, ct);
        return new SeeOther(PagePath.Address(slug!, request.State));
    }

    /// <summary>Nobody asks for the account without pages.</summary>
    public IResult? Refuse(SignInRequest request, SignInRefusal refusal) => null;
}
