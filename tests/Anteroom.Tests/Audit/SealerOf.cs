using Anteroom.Server.Audit;
using Anteroom.Tests.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Tests.Audit;

internal static class SealerOf
{
    public static AuditSealer Sealer(this GroundScenario ground) =>
        new(ground.Database, ground.Fresh, ground.Audit, ground.Limiter, ground.Clock, NullLogger<AuditSealer>.Instance);

    /// <summary>Seals until nothing is left; transactions of other tests on the same server may hold it up for a moment.</summary>
    public static Task SealAllAsync(this GroundScenario ground) =>
        GroundScenario.EventuallyAsync(
            async () =>
            {
                await ground.Sealer().SealAllAsync(GroundScenario.Acme, default);
                return (await new AuditVerifier(ground.Database).VerifyAsync(GroundScenario.Acme, default)).Unsealed == 0;
            },
            "all rows are sealed"
        );
}
