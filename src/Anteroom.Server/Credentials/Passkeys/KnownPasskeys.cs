using Microsoft.AspNetCore.Identity;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>A person as the framework's handler sees them: a handle and nothing else.</summary>
public sealed record PasskeyPerson(string Handle);

/// <summary>What the framework's handler may know in one ceremony: one person, and passkeys of theirs that were read before.</summary>
/// <remarks>It reads nothing and writes nothing: what a ceremony changes is decided and stored by us, in our transaction.</remarks>
internal sealed class KnownPasskeys(PasskeyPerson? person, IReadOnlyList<UserPasskeyInfo> passkeys) : IUserPasskeyStore<PasskeyPerson>
{
    public Task<PasskeyPerson?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult(person?.Handle == userId ? person : null);

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyPerson user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. passkeys]);

    public Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyPerson user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(passkeys.FirstOrDefault(passkey => passkey.CredentialId.AsSpan().SequenceEqual(credentialId)));

    /// <summary>Nobody: whether a credential is taken is for its route to say, when it is stored.</summary>
    public Task<PasskeyPerson?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult<PasskeyPerson?>(null);

    public Task<string> GetUserIdAsync(PasskeyPerson user, CancellationToken cancellationToken) => Task.FromResult(user.Handle);

    public Task<string?> GetUserNameAsync(PasskeyPerson user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Handle);

    public Task AddOrUpdatePasskeyAsync(PasskeyPerson user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw Never();

    public Task RemovePasskeyAsync(PasskeyPerson user, byte[] credentialId, CancellationToken cancellationToken) => throw Never();

    public Task SetUserNameAsync(PasskeyPerson user, string? userName, CancellationToken cancellationToken) => throw Never();

    public Task<string?> GetNormalizedUserNameAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw Never();

    public Task SetNormalizedUserNameAsync(PasskeyPerson user, string? normalizedName, CancellationToken cancellationToken) =>
        throw Never();

    public Task<IdentityResult> CreateAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw Never();

    public Task<IdentityResult> UpdateAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw Never();

    public Task<IdentityResult> DeleteAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw Never();

    public Task<PasskeyPerson?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw Never();

    public void Dispose() { }

    private static NotSupportedException Never() => new("A ceremony only reads.");
}
