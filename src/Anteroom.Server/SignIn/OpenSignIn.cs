using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.SignIn.Transactions;

namespace Anteroom.Server.SignIn;

/// <summary>A sign-in whose last step has begun: what is proven from here on, and what follows from it, is one unit of work.</summary>
/// <param name="Request">The transaction that the person's browser carried.</param>
/// <param name="Organization">As it was before the unit of work began; null where it is gone.</param>
/// <param name="GivingUp">Whose session cookies make room (SEC-031).</param>
public sealed record OpenSignIn(
    HttpContext Http,
    SignInTransaction Request,
    Organization? Organization,
    Transaction Transaction,
    IReadOnlyList<OrganizationId> GivingUp,
    DateTimeOffset Now
) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Transaction.DisposeAsync();
}
