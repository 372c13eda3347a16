using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn.TenantProof;

/// <summary>An administrator shows which tenant they are of, by a sign-in like any other on its way to Entra and back. It ends in <see cref="ConcludeTenantProof"/> and never in a session.</summary>
public sealed class TenantProofProtocol : IApplicationProtocol
{
    public const string ProtocolName = "tenant";

    /// <summary>Query parameter under which <see cref="SignInRequest.ReturnTo"/> gets the proof's handle.</summary>
    public const string ProofParameter = "proof";

    public string Name => ProtocolName;

    /// <param name="connection">One that uses the shared app.</param>
    /// <param name="by">Who is in the console; the proof is theirs alone.</param>
    /// <param name="title">What stands in an application's place on pages.</param>
    /// <param name="returnTo">The page that asks whether the tenant is to be connected.</param>
    public static SignInRequest RequestFor(Connection connection, UserId by, string title, string returnTo) =>
        new(
            ProtocolName,
            ProtocolName,
            title,
            OrganizationId.Platform,
            connection.Organization,
            by.ToString(),
            returnTo,
            LoginHint: null,
            Interaction.SelectAccount, // the account at Entra need not be the one that is in use
            MaxAge: null,
            AcrValues: null,
            ExpectedSubject: null
        )
        {
            Connection = connection.Id,
            ProvesTenant = true,
        };

    /// <summary>A session that lives already proves no tenant.</summary>
    public Task<IResult> CompleteAsync(
        Transaction transaction,
        SignInRequest request,
        Session session,
        DateTimeOffset now,
        CancellationToken ct
    ) => Task.FromResult<IResult>(new SeeOther(request.ReturnTo));

    /// <summary>Nobody proves a tenant without pages.</summary>
    public IResult? Refuse(SignInRequest request, SignInRefusal refusal) => null;
}
