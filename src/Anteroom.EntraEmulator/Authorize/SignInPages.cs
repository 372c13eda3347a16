using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Pages;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>The pages that a person meets on the way.</summary>
internal sealed class SignInPages(EntraDirectory directory, PageRenderer pages)
{
    public Task<IResult> UserNameAsync(HttpContext http, AuthorizeRequest request, string context, string name, AadstsError? error) =>
        RenderAsync<UserNamePage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Application = request.Application.DisplayName,
                Name = name,
                Error = error?.Describe(RequestIds.Of(http)),
            }
        );

    public Task<IResult> PasswordAsync(HttpContext http, AuthorizeRequest request, User user, string context, AadstsError? error) =>
        RenderAsync<PasswordPage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Application = request.Application.DisplayName,
                Name = NameOf(user),
                Organization = directory.Tenants.Find(user.TenantId)?.DisplayName,
                Error = error?.Describe(RequestIds.Of(http)),
            }
        );

    public Task<IResult> PickAccountAsync(
        HttpContext http,
        AuthorizeRequest request,
        IReadOnlyList<SignedInAccount> known,
        string context
    ) =>
        RenderAsync<PickAccountPage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Application = request.Application.DisplayName,
                Users = Choices(directory, known),
            }
        );

    public Task<IResult> ConsentAsync(HttpContext http, AuthorizeRequest request, Presence presence, string context) =>
        RenderAsync<ConsentPage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Application = request.Application.DisplayName,
                Publisher = directory.Tenants.Find(request.Application.TenantId)?.InitialDomain,
                Name = presence.User.UserPrincipalName,
                Scopes = request.Scopes.Consentable.ToList(),
                MayConsentForAll = directory.IsGlobalAdministrator(presence.User),
            }
        );

    public Task<IResult> StaySignedInAsync(HttpContext http, User user, string context) =>
        RenderAsync<StaySignedInPage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Name = NameOf(user),
            }
        );

    public static List<AccountChoice> Choices(EntraDirectory directory, IReadOnlyList<SignedInAccount> accounts) =>
        [
            .. accounts
                .Select(account => directory.Users.Find(account.UserId))
                .OfType<User>()
                .Select(user => new AccountChoice(user.Id.ToString(), user.DisplayName, NameOf(user))),
        ];

    private Task<IResult> RenderAsync<TPage>(HttpContext http, object parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        SecurityHeaders.ForSignIn(http);
        return pages.RenderAsync<TPage>(parameters);
    }

    private static string NameOf(User user) => user.IdentityProvider is null ? user.UserPrincipalName : user.Mail ?? user.UserPrincipalName;

    private static string ActionOf(HttpContext http) => $"/{http.GetRouteValue("tenant")}/login";
}
