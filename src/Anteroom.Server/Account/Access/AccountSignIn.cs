using System.Resources;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Account.Access;

/// <summary>The account pages as an application of ours: whoever wants to see them signs in as for any other, and the answer is the address of a page.</summary>
/// <remarks>The person's own session opens the page, on the host that the sign-in ended on (docs/decisions/0016).</remarks>
internal sealed class AccountSignIn(PageLanguages languages, AnteroomOptions options) : IApplicationProtocol
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
        // On an organization's own host nobody else is meant, whatever the address says.
        var named =
            OrganizationHost.Of(http) is null && query[OrganizationParameter] is [{ Length: > 0 and <= LongestName } text]
                ? await organizations.FindBySlugOrCodeAsync(text, ct)
                : null;
        var request = new SignInRequest(
            ProtocolName,
            ProtocolName,
            Words.GetString("Application", languages.For(http))!,
            OrganizationId.Platform,
            named?.Id,
            PagePath.Of(query[PageParameter]),
            options.Issuer + Path,
            LoginHint: null,
            query[FreshParameter].Count > 0 ? Interaction.Reauthenticate
                : query[ChooseParameter].Count > 0 ? Interaction.SelectAccount
                : Interaction.AsNeeded,
            MaxAge: null,
            AcrValues: null,
            ExpectedSubject: null
        );
        return await signIn.BeginAsync(http, request, ct);
    }

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
