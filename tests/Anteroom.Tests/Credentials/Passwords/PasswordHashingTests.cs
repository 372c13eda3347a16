using System.Buffers.Binary;
using System.Diagnostics;
using Anteroom.Server.Credentials.Passwords;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Credentials.Passwords;

[Collection(Alone.Name)] // each measures what the whole machine is busy with
public sealed class PasswordHashingTests
{
    private static readonly Password Right = Password.Read("plums sail beside quiet gravel")!;
    private static readonly Password Wrong = Password.Read("plums sail beside quiet grovel")!;

    [Fact]
    [Trait("Security", "SEC-212")]
    public async Task Keeps_algorithm_iterations_and_a_salt_of_its_own_with_the_hash()
    {
        using var hashing = new PasswordHashing();
        using var place = hashing.TryEnter()!;
        var (one, other) = (await place.HashAsync(Right, default), await place.HashAsync(Right, default));
        Assert.NotEqual(one, other);
        var bytes = Convert.FromBase64String(one);
        Assert.Equal(1, bytes[0]); // the framework's format with its parameters
        Assert.Equal(2u, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1))); // HMAC-SHA-512
        Assert.InRange(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)), 210_000u, uint.MaxValue);
        Assert.Equal(16u, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(9)));

        Assert.Equal(PasswordMatch.Yes, await place.VerifyAsync(one, Right, default));
        Assert.Equal(PasswordMatch.No, await place.VerifyAsync(one, Wrong, default));
    }

    [Fact]
    [Trait("Security", "SEC-212")]
    public async Task Knows_a_hash_that_is_weaker_than_they_are_made_now()
    {
        var weaker = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 10_000 }));
        using var hashing = new PasswordHashing();
        using var place = hashing.TryEnter()!;
        Assert.Equal(PasswordMatch.YesByWeakerHash, await place.VerifyAsync(weaker.HashPassword(new(), Right.Reveal()), Right, default));
    }

    [Fact]
    [Trait("Security", "SEC-042")]
    public async Task Nobody_s_password_takes_as_long_and_never_fits()
    {
        using var hashing = new PasswordHashing();
        using var place = hashing.TryEnter()!;
        var hash = await place.HashAsync(Right, default);
        List<double> somebody = [];
        List<double> nobody = [];
        for (var round = 0; round < 5 || (round < 25 && nobody.Min() / somebody.Min() is < 0.7 or > 1.4); round++)
        {
            somebody.Add(await TimeAsync(hash, Wrong));
            nobody.Add(await TimeAsync(null, Wrong));
        }
        // The least is what the work takes; whatever else the machine does only adds to the others.
        Assert.InRange(nobody.Min() / somebody.Min(), 0.7, 1.4);
        Assert.Equal(PasswordMatch.No, await place.VerifyAsync(null, Right, default));
        Assert.Equal(PasswordMatch.No, await place.VerifyAsync(hash, null, default));

        async Task<double> TimeAsync(string? known, Password password)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(PasswordMatch.No, await place.VerifyAsync(known, password, default));
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    [Fact]
    [Trait("Security", "SEC-213")]
    [Trait("Security", "SEC-361")]
    public async Task Who_comes_when_two_hundred_wait_is_told_so_at_once()
    {
        using var hashing = new PasswordHashing(parallel: 1);
        var places = Enumerable.Range(0, 1 + PasswordHashing.LongestQueue).Select(_ => hashing.TryEnter()).ToList();
        Assert.All(places, Assert.NotNull);
        var working = places[0]!.HashAsync(Right, default);

        List<double> took = [];
        for (var tries = 0; tries < 20; tries++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Null(hashing.TryEnter());
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        Assert.InRange(took.Order().ElementAt(took.Count / 2), 0, 50);

        await working;
        places[1]!.Dispose();
        places[1]!.Dispose(); // leaving twice frees one place
        using var next = hashing.TryEnter();
        Assert.NotNull(next);
        Assert.Null(hashing.TryEnter());
        places.ForEach(place => place!.Dispose());
    }

    [Fact]
    [Trait("Security", "SEC-213")]
    public async Task No_more_hashes_run_at_once_than_are_allowed()
    {
        using var hashing = new PasswordHashing(parallel: 1);
        using var place = hashing.TryEnter()!;
        List<TimeSpan> alone = [];
        List<TimeSpan> together = [];
        for (var round = 0; round < 4; round++)
        {
            alone.Add(await TimeAsync(1));
            together.Add(await TimeAsync(4));
        }
        // The least is what the work takes. Four in turn take four; two at once would take two.
        Assert.InRange(together.Min() / alone.Min(), 2.2, 100);

        async Task<TimeSpan> TimeAsync(int hashes)
        {
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, hashes).Select(_ => place.HashAsync(Right, default)));
            return Stopwatch.GetElapsedTime(began);
        }
    }

    [Fact]
    [Trait("Security", "SEC-213")]
    public async Task Hashes_keep_no_thread_of_the_pool_from_other_work()
    {
        using var hashing = new PasswordHashing();
        using var place = hashing.TryEnter()!;
        var busy = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => place.HashAsync(Right, default)));
        List<TimeSpan> waits = [];
        while (!busy.IsCompleted)
        {
            var began = Stopwatch.GetTimestamp();
            await Task.Run(() => { });
            waits.Add(Stopwatch.GetElapsedTime(began));
            await Task.Yield();
        }
        await busy;
        Assert.InRange(waits.Order().ElementAt((int)(waits.Count * 0.99)).TotalMilliseconds, 0, 200);
    }
}
