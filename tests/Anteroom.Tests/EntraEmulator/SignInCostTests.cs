using System.Diagnostics;
using System.Security.Cryptography;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>What a sign-in costs the emulator, so that benchmarks measure the server and not it.</summary>
[Collection(Alone.Name)]
public sealed class SignInCostTests
{
    private const int Rounds = 150;

    /// <summary>
    /// 1.5 ms are two to three RSA-2048 signatures of the machines that we have; this build is not optimised, so twice that. Counted in
    /// signatures, because a busy machine makes both slower alike.
    /// </summary>
    private const double MostSignatures = 6;

    /// <summary>
    /// Processor time of this process over whole sign-ins, less that of as many requests that do nothing (which is what the test's own
    /// client and the web server cost), less the password hashes. The signature of the ID token is in it.
    /// </summary>
    [Fact]
    public async Task A_sign_in_costs_little_beside_the_password()
    {
        await using var stage = await EmulatorStage.StartAsync();
        await SignInAsync(stage, 100); // compiled and warm
        await IdleAsync(stage, 100);

        var signIns = await MeasureAsync(() => SignInAsync(stage, Rounds));
        var idle = await MeasureAsync(() => IdleAsync(stage, Rounds));
        var hashing = Measure(() => Passwords.Matches(stage.User.PasswordHash, EmulatorStage.Password));
        using var key = RSA.Create(2048);
        var signing = Measure(() => key.SignData(new byte[64], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var cost = (signIns - idle - hashing) / signing;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{cost:F2} signatures; ms: sign-in {signIns / Rounds:F3}, idle {idle / Rounds:F3}, hash {hashing / Rounds:F3}, signature {signing / Rounds:F3}"
        );
        Assert.True(cost <= MostSignatures, $"A sign-in costs as much as {cost:F2} signatures.");
    }

    /// <summary>As many requests and connections as a sign-in makes, for a file.</summary>
    private static async Task IdleAsync(EmulatorStage stage, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            using var browser = stage.NewBrowser();
            for (var request = 0; request < 4; request++)
                await browser.OpenAsync("/assets/emulator.css");
        }
    }

    private static async Task SignInAsync(EmulatorStage stage, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            using var browser = stage.NewBrowser();
            var reply = await browser.SignInAsync(stage.AuthorizeUrl(), "mira@contoso.example", EmulatorStage.Password);
            Assert.Equal(System.Net.HttpStatusCode.OK, (await stage.RedeemAsync(reply["code"])).Status);
        }
    }

    private static async Task<double> MeasureAsync(Func<Task> work)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        await work();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
    }

    private static double Measure(Action work)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; i < Rounds; i++)
            work();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
    }
}
