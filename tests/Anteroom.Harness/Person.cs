namespace Anteroom.Harness;

/// <summary>Somebody in a tenant of the emulator.</summary>
/// <param name="UserName">What is typed at Entra; a guest's is that of the home account.</param>
public sealed record Person(Guid TenantId, Guid ObjectId, string UserName, string Password);
