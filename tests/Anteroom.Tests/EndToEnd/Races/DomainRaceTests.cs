using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Tests.Organizations.Proof;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>Two organizations prove one domain in the same moment, on two servers.</summary>
public sealed class DomainRaceTests(TwoProcesses two) : IClassFixture<TwoProcesses>
{
    [Fact]
    [Trait("Security", "SEC-269")]
    [Trait("Security", "SEC-341")]
    public async Task Gives_the_domain_to_exactly_one()
    {
        var rig = two.Rig;
        var rounds = TestScale.Pick(10, 100);
        for (var round = 0; round < rounds; round++)
        {
            using var first = await DomainScene.CreateAsync(rig);
            using var second = await DomainScene.CreateAsync(rig, first.Domain);
            rig.Dns.Set(first.Host, await first.ValueAsync(), await second.ValueAsync());

            var answers = await StartBarrier.RunAsync(8, number => (number % 2 == 0 ? first : second).VerifyAsync(number % 4 / 2));

            var winner = answers[0].Status == 200 ? first : second;
            for (var number = 0; number < answers.Count; number++)
            {
                var won = (number % 2 == 0 ? first : second) == winner;
                Assert.Equal(won ? 200 : 409, answers[number].Status);
                Assert.Equal(won ? null : "domain_verified_elsewhere", answers[number].Code);
            }
            DomainState[] states = [(await first.ReadAsync()).State, (await second.ReadAsync()).State];
            Assert.Single(states, DomainState.Verified);
            Assert.Single(await winner.Rows.AuditAsync("domain.verified"), row => row.Result == "success");
            Assert.DoesNotContain(
                await (winner == first ? second : first).Rows.AuditAsync("domain.verified"),
                row => row.Result == "success"
            );
        }
        CampaignLog.Saw($"{rounds} rounds: {8 * rounds} proofs, {rounds} domains verified by one organization each");
    }
}
