using Anteroom.Server.Audit;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Passwords;

/// <summary>An administrator lets passwords of a person count again, after very many wrong ones (SEC-214).</summary>
public sealed class LiftPasswordStop(AuditTrail audit)
{
    /// <returns>Null when done, else <c>not_found</c>.</returns>
    public async Task<PasswordRefusal?> HandleAsync(Transaction tx, UserId id, AuditContext context, CancellationToken ct)
    {
        if (await UserStore.LockAsync(tx, id, ct) is not { } user)
            return new(ReasonCodes.NotFound);
        var stopped = await PasswordThrottle.ForgetAsync(tx, user.Id, ct);
        var entry = new AuditEntry("password.stop_lifted", AuditResult.Success, null, "user", user.Id.Value, user.UserName)
        {
            Details = new Dictionary<string, object?> { ["stopped"] = stopped },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        return null;
    }
}
