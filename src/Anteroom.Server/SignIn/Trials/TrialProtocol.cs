using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.SignIn.Trials;

/// <summary>A test sign-in as a request like any other, so that it goes the same way to the provider and back. It ends in <see cref="ConcludeTrial"/> and never in a session.</summary>
public sealed class TrialProtocol : IApplicationProtocol
{
    public const string ProtocolName = "trial";

    /// <summary>Query parameter under which <see cref="SignInRequest.ReturnTo"/> gets the result's handle.</summary>
    public const string ResultParameter = "result";

    public string Name => ProtocolName;

    /// <param name="by">Who is in the console; the result is shown to them alone.</param>
    /// <param name="title">What stands in an application's place on pages.</param>
    /// <param name="returnTo">The page that shows the result.</param>
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
            Interaction.SelectAccount, // whose sign-in is tried is the administrator's choice
            MaxAge: null,
            AcrValues: null,
            ExpectedSubject: null
        )
        {
            Connection = connection.Id,
            IsTrial = true,
        };

    /// <summary>A session that lives already proves nothing about the connection.</summary>
    public Task<IResult> CompleteAsync(
        Transaction transaction,
        SignInRequest request,
        Session session,
        DateTimeOffset now,
        CancellationToken ct
    ) => Task.FromResult<IResult>(new SeeOther(request.ReturnTo));

    /// <summary>Nobody asks for a test sign-in without pages.</summary>
    public IResult? Refuse(SignInRequest request, SignInRefusal refusal) => null;
}
