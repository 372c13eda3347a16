using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn.Passkeys;

/// <summary>Where and to whom a passkey is offered: on any host with a name, unless the organization is known and wants none (SEC-229).</summary>
public sealed class PasskeyOffers(OrganizationDirectory organizations, FormGuard forms, AnteroomOptions options)
{
    /// <summary>The relying party of the host that was asked; null where browsers make no passkeys.</summary>
    public PasskeyRelyingParty? PartyOf(HttpContext http) =>
        PasskeyRelyingParty.At(OrganizationHost.Of(http) is { } host ? options.OriginOf(host.Slug)! : options.Issuer);

    /// <summary>Whether the organization's people may come in so on this host.</summary>
    public async ValueTask<bool> AreMadeAsync(HttpContext http, OrganizationId? organization, CancellationToken ct) =>
        PartyOf(http) is not null && (organization is not { } id || await organizations.GetAsync(id, ct) is { AllowsPasskeys: true });

    /// <summary>The form behind the button, where one is offered.</summary>
    public async ValueTask<PasskeyOffer?> OfAsync(HttpContext http, SignInTransaction transaction, CancellationToken ct) =>
        await AreMadeAsync(http, transaction.Organization, ct)
            ? new(
                new(
                    SignInPaths.Passkey,
                    [new(SignInPaths.TransactionField, transaction.Id.ToString()), new(FormGuard.FieldName, forms.TokenFor(http))]
                ),
                SignInPaths.PasskeyOptions
            )
            : null;
}
