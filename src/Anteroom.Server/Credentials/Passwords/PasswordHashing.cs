using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Anteroom.Server.Credentials.Passwords;

/// <summary>Whether a password belongs to a hash.</summary>
public enum PasswordMatch
{
    No,
    Yes,

    /// <summary>It does, and the hash is weaker than we make them now: it is to be made again (SEC-212).</summary>
    YesByWeakerHash,
}

/// <summary>Hashes passwords: PBKDF2 with HMAC-SHA-512 by the framework's hasher, which keeps algorithm, iterations and salt with the hash (SEC-212).</summary>
/// <remarks>
/// One hash costs a core for a fifth of a second, so no more run than there are cores, and no more than 200 wait (SEC-213). They run on
/// threads of their own: on those of the pool they would keep every other request waiting. Whoever hashes holds no connection to the database.
/// </remarks>
public sealed class PasswordHashing(int parallel = 0) : IDisposable
{
    public const int Iterations = 210_000;
    public const int LongestQueue = 200;

    private static readonly object Nobody = new(); // the framework's hasher asks for a user and does not look at it

    private static readonly PasswordHasher<object> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    // For names that nobody has: as long to verify as any other, and no password fits (SEC-042).
    private static readonly string NobodysHash = MakeNobodysHash();

    private readonly int _parallel = parallel > 0 ? parallel : Environment.ProcessorCount;
    private readonly SemaphoreSlim _cores = new(parallel > 0 ? parallel : Environment.ProcessorCount);
    private int _inside;

    /// <summary>A place for one person's work, to be left when it is done; null where too many wait, at once.</summary>
    public HashingPlace? TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= _parallel + LongestQueue)
            return new(this);
        Interlocked.Decrement(ref _inside);
        return null;
    }

    public void Dispose() => _cores.Dispose();

    internal void Leave() => Interlocked.Decrement(ref _inside);

    internal Task<PasswordMatch> VerifyAsync(string? hash, Password? password, CancellationToken ct) =>
        RunAsync(
            () =>
                Hasher.VerifyHashedPassword(Nobody, password is null ? NobodysHash : hash ?? NobodysHash, password?.Reveal() ?? "") switch
                {
                    PasswordVerificationResult.Success => PasswordMatch.Yes,
                    PasswordVerificationResult.SuccessRehashNeeded => PasswordMatch.YesByWeakerHash,
                    _ => PasswordMatch.No,
                },
            ct
        );

    internal Task<string> HashAsync(Password password, CancellationToken ct) =>
        RunAsync(() => Hasher.HashPassword(Nobody, password.Reveal()), ct);

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken ct)
    {
        await _cores.WaitAsync(ct);
        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _cores.Release();
        }
    }

    /// <summary>The framework's format 3 with random bytes for salt and key, so that no start waits for a hash.</summary>
    private static string MakeNobodysHash()
    {
        const int header = 13;
        const int salt = 16;
        const int key = 32;
        var hash = RandomNumberGenerator.GetBytes(header + salt + key);
        hash[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(1), 2); // HMAC-SHA-512
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(5), Iterations);
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(9), salt);
        return Convert.ToBase64String(hash);
    }
}

/// <summary>A place among those who hash.</summary>
public sealed class HashingPlace : IDisposable
{
    private readonly PasswordHashing _hashing;
    private bool _left;

    internal HashingPlace(PasswordHashing hashing) => _hashing = hashing;

    /// <param name="hash">Null where nobody has the name, or no password: it takes as long.</param>
    /// <param name="password">Null where what was typed cannot be one: it takes as long.</param>
    public Task<PasswordMatch> VerifyAsync(string? hash, Password? password, CancellationToken ct) =>
        _hashing.VerifyAsync(hash, password, ct);

    public Task<string> HashAsync(Password password, CancellationToken ct) => _hashing.HashAsync(password, ct);

    public void Dispose()
    {
        if (_left)
            return;
        _left = true;
        _hashing.Leave();
    }
}
