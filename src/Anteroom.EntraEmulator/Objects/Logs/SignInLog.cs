namespace Anteroom.EntraEmulator.Objects.Logs;

/// <summary>Writes the sign-in log. Keeps the newest rows of each tenant, so that a benchmark does not fill the memory.</summary>
internal sealed class SignInLog(EntraDirectory directory)
{
    /// <summary>Rows of one tenant.</summary>
    public const int MostPerTenant = 10_000;

    public void Add(SignIn signIn) =>
        directory.Write(
            changes =>
            {
                changes.Put(directory.SignIns, signIn);
                var tenant = signIn.TenantId.ToString();
                if (directory.SignInsByTenant.StoredCount(tenant) >= MostPerTenant && directory.SignInsByTenant.First(tenant) is { } oldest)
                    changes.Remove(directory.SignIns, oldest.Id.ToString());
            },
            durable: false
        );
}
