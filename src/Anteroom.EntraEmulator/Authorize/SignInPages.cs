using Anteroom.EntraEmulator.Consenting;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Pages;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>The pages that a person meets on the way.</summary>
internal sealed class SignInPages(EntraDirectory directory, Browser browser, PageRenderer pages)
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
                Error = Told(error, http),
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
                Error = Told(error, http),
            }
        );

    /// <summary>"Update your password": the old one was right, but it is over.</summary>
    public Task<IResult> ChangePasswordAsync(HttpContext http, User user, string context, AadstsError error) =>
        RenderAsync<ChangePasswordPage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Name = NameOf(user),
                Error = Told(error, http),
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

    /// <summary>The second factor: a telephone that asks, and whose owner sits at this very page.</summary>
    public Task<IResult> ApproveAsync(HttpContext http, User user, string context, AadstsError? error) =>
        RenderAsync<ApprovePage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Name = NameOf(user),
                Error = Told(error, http),
            }
        );

    /// <summary>"Keep your account secure": a second factor is needed and none is registered.</summary>
    public Task<IResult> EnrolAsync(HttpContext http, User user, string context) =>
        RenderAsync<EnrolPage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Name = NameOf(user),
            }
        );

    public Task<IResult> ConsentAsync(HttpContext http, AuthorizeRequest request, Presence presence, ConsentView view, string context)
    {
        var scopes = view.Scopes.Select(DisplayName).Concat(view.Roles).Distinct().ToList();
        if (view.Reason is { } reason)
        {
            return RenderAsync<NeedAdminPage>(
                http,
                new
                {
                    Action = ActionOf(http),
                    Context = context,
                    Application = request.Application.DisplayName,
                    Name = NameOf(presence.User),
                    Scopes = scopes,
                    MayRequest = view.Kind == ConsentKind.MayRequest,
                    Error = Told(reason, http),
                }
            );
        }
        return RenderAsync<ConsentPage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Application = request.Application.DisplayName,
                Publisher = request.Application.VerifiedPublisher ?? directory.Tenants.Find(request.Application.TenantId)?.InitialDomain,
                IsVerified = request.Application.VerifiedPublisher is not null,
                Name = NameOf(presence.User),
                Scopes = scopes,
                MayConsentForAll = view.Kind == ConsentKind.Administrator,
                IsForOrganization = view.Kind == ConsentKind.Organization,
            }
        );
    }

    /// <summary>"Review permissions" of the inviting organization.</summary>
    public Task<IResult> ReviewInvitationAsync(HttpContext http, Presence presence, string context) =>
        RenderAsync<ReviewInvitationPage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Organization = presence.Tenant.DisplayName,
                Domain = presence.Tenant.InitialDomain,
                Name = presence.User.Mail ?? presence.User.UserPrincipalName,
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

    public Task<IResult> DeviceCodeAsync(HttpContext http, string code, AadstsError? error) =>
        RenderAsync<DeviceCodePage>(
            http,
            new
            {
                Token = browser.FormToken(http),
                Code = code,
                Error = Told(error, http),
            }
        );

    /// <summary>"Are you trying to sign in to …?": whoever was sent the code by somebody else should stop here.</summary>
    public Task<IResult> ConfirmDeviceAsync(HttpContext http, AuthorizeRequest request, User user, string context) =>
        RenderAsync<ConfirmDevicePage>(
            http,
            new
            {
                Action = ActionOf(http),
                Context = context,
                Application = request.Application.DisplayName,
                Name = NameOf(user),
            }
        );

    public Task<IResult> DeviceDoneAsync(HttpContext http, AuthorizeRequest request, bool isApproved) =>
        RenderAsync<DeviceDonePage>(http, new { Application = request.Application.DisplayName, IsApproved = isApproved });

    public static List<AccountChoice> Choices(EntraDirectory directory, IReadOnlyList<SignedInAccount> accounts) =>
        [
            .. accounts
                .Select(account => directory.Users.Find(account.UserId))
                .OfType<User>()
                .Select(user => new AccountChoice(user.Id.ToString(), user.DisplayName, NameOf(user))),
        ];

    /// <summary>What the API calls the permission; a known sentence of the pages comes first.</summary>
    private string DisplayName(string fullName)
    {
        var slash = fullName.LastIndexOf('/');
        var name = fullName[(slash + 1)..];
        if (Resources.Texts.Find("Scope." + name) is { } sentence)
            return sentence;
        Application? resource = MicrosoftGraph.Application;
        if (slash >= 0 && fullName[..slash] != MicrosoftGraph.Uri)
            Tokens.ScopeSet.TryFindResource(directory, new Discovery.TenantSelector("", null), fullName[..slash], out resource);
        var scope = resource?.Api.Oauth2PermissionScopes.FirstOrDefault(known => known.Value == name);
        return scope?.UserConsentDisplayName ?? scope?.AdminConsentDisplayName ?? fullName;
    }

    private Task<IResult> RenderAsync<TPage>(HttpContext http, object parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        SecurityHeaders.ForSignIn(http);
        return pages.FillAsync<TPage>(parameters);
    }

    private static string? Told(AadstsError? error, HttpContext http) => error is null ? null : ErrorReplies.Describe(error, http);

    private static string NameOf(User user) => user.IdentityProvider is null ? user.UserPrincipalName : user.Mail ?? user.UserPrincipalName;

    /// <summary>Every purpose posts to the same place; which one it is stands in the sealed context.</summary>
    private static string ActionOf(HttpContext http) => $"/{http.GetRouteValue("tenant") ?? "common"}/login";
}
