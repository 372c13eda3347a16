using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>A sign-in that a person began with a device's code: it ends with a question, and nothing is given away before the answer (RFC 8628 §3.3, §5.4).</summary>
internal sealed class DeviceProtocol(DeviceTickets tickets) : IApplicationProtocol
{
    public const string ProtocolName = "device";

    /// <summary>Query parameter and form field of the ticket.</summary>
    public const string TicketField = "c";

    public string Name => ProtocolName;

    /// <summary>Asks the sign-in for somebody who answers for that device.</summary>
    public static SignInRequest Request(UserCode code, Application application, string issuer, Interaction interaction) =>
        new(
            ProtocolName,
            application.ClientId,
            application.Name,
            application.Organization,
            application.Organization == OrganizationId.Platform ? null : application.Organization,
            code.Value,
            issuer + OidcPaths.DeviceConfirmation,
            null,
            interaction,
            null,
            null,
            null
        );

    public Task<IResult> CompleteAsync(
        Transaction transaction,
        SignInRequest request,
        Session session,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!UserCode.TryParse(request.State, out var code))
            throw new InvalidOperationException("The sign-in of a device carries no code.");
        var ticket = tickets.Write(new(code, session.Organization, session.Id));
        return Task.FromResult<IResult>(new SeeOther($"{OidcPaths.DeviceConfirmation}?{TicketField}={ticket}"));
    }

    /// <summary>The device goes on waiting: whoever gave up may begin again.</summary>
    public IResult? Refuse(SignInRequest request, SignInRefusal refusal) => null;
}
