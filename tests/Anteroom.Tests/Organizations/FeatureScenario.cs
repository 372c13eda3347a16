using Anteroom.Harness;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Keys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.Platform.Notifications;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.Organizations;

/// <summary>The features below the faces, wired as in the product, on a database of their own.</summary>
public sealed class FeatureScenario : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-features-").FullName;
    private TestDatabase _database = null!;
    private ServiceProvider _services = null!;

    public static AuditContext Context { get; } = new(Actor.System, null, null, "test");

    public TestDatabase TestDatabase => _database;

    public Database Database => _database.Database;

    public TimeProvider Clock => TimeProvider.System;

    public DateTimeOffset Now => Clock.GetUtcNow();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var options = new AnteroomOptions { DataFolder = _folder };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_database.Database);
        services.AddSingleton<Notifications>();
        services.AddSingleton<EventLog>();
        services.AddAudit();
        services.AddKeys(options);
        services.AddOrganizations(options);
        services.AddConnections(options);
        services.AddProvisioning(options);
        _services = services.BuildServiceProvider();

        if (!(await Get<Anteroom.Server.Keys.Vault.Vault>().OpenAsync(default)).TryGet(out _, out var failure))
            throw new InvalidOperationException(failure.Sentence);
        await Get<Notifications>().StartAsync(default);
        await using var tx = await Database.BeginAsync(OrganizationId.Platform, default);
        await RoleStore.AddBuiltInAsync(tx, Clock, default);
        await tx.CommitAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await Get<Notifications>().StopAsync(default);
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A new organization with a slug of its own.</summary>
    public async Task<Organization> OrganizationAsync(string? companyCode = null)
    {
        var slug = "o" + OrganizationId.New(Clock).ToString()[^12..].ToLowerInvariant();
        var made = await Get<CreateOrganization>().HandleAsync(new(slug, "Contoso", companyCode, []), Context, default);
        return made.TryGet(out var organization, out var refusal)
            ? organization
            : throw new InvalidOperationException($"{refusal.Code}: {refusal.Detail}");
    }

    /// <summary>Applies facts in a transaction of their own.</summary>
    public async Task<(ProvisionedUser? Made, ProvisioningRefusal? Refusal)> ApplyAsync(OrganizationId organization, DirectoryFacts facts)
    {
        await using var tx = await Database.BeginAsync(organization, default);
        var applied = await Get<Provisioner>().ApplyAsync(tx, facts, AuthorityRules.Default, Context, Now, default);
        if (!applied.TryGet(out var made, out var refusal))
            return (null, refusal);
        await tx.CommitAsync(default);
        return (made, null);
    }

    /// <summary>A first sign-in from Entra.</summary>
    public DirectoryFacts SignIn(string userName, Guid? objectId = null) =>
        new(FactSource.Token, Now)
        {
            Key = new EntraKey(
                "global",
                Guid.Parse("11111111-1111-4111-8111-111111111111"),
                objectId ?? Server.Organizations.UserId.New(Clock).Value
            ),
            UserName = userName,
            MayCreate = true,
            Attributes = new Dictionary<string, Fact> { ["displayName"] = new("Ada Lovelace"), ["email"] = new("ada@example.com") },
        };
}
