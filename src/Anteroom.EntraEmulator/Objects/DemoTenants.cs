using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>What a demo needs to know of a seeded tenant.</summary>
internal sealed record DemoTenant(Tenant Tenant, IReadOnlyList<DemoUser> Users);

/// <param name="Password">The one that the data folder's seed gives; empty when somebody changed it since.</param>
internal sealed record DemoUser(User User, string Password);

/// <summary>Contoso and Fabrikam with a handful of people. Seeding again adds what is missing and tells the same passwords.</summary>
internal sealed class DemoTenants(EntraDirectory directory, TenantEditor tenants, DirectoryEditor editor, TimeProvider clock)
{
    private static readonly (string Name, string Domain, string Region, string Country, string[] People)[] Plan =
    [
        ("Contoso", "contoso.example", "EU", "DE", ["Mira Koch", "Jonas Weber", "Amara Okafor", "Lena Fischer", "Tomas Novak"]),
        ("Fabrikam", "fabrikam.example", "NA", "US", ["Dana Reyes", "Priya Nair", "Sam Carter"]),
    ];

    public IReadOnlyList<DemoTenant> Seed() =>
        [.. Plan.Select(plan => SeedOne(plan.Name, plan.Domain, plan.Region, plan.Country, plan.People))];

    private DemoTenant SeedOne(string name, string domain, string region, string country, string[] people)
    {
        var initial = $"{name.ToLowerInvariant()}.onmicrosoft.com";
        var tenant = directory.TenantsByDomain.First(initial) ?? Created(tenants.Create(name, initial, [domain], region, country, null));

        var users = new List<DemoUser>();
        for (var i = 0; i < people.Length; i++)
            users.Add(SeedUser(tenant, people[i], domain, country, isAdministrator: i == 0));

        if (!directory.GroupsByTenant.Contains(tenant.Id.ToString()))
        {
            var everybody = new Group(Identifiers.NewUuid(clock), tenant.Id, "All employees");
            editor.SaveGroup(everybody, users.Select(user => user.User.Id));
            editor.SaveGroup(new Group(Identifiers.NewUuid(clock), tenant.Id, "Administrators"), [users[0].User.Id]);
        }
        return new DemoTenant(tenant, users);
    }

    private DemoUser SeedUser(Tenant tenant, string displayName, string domain, string country, bool isAdministrator)
    {
        var (given, surname) = (displayName.Split(' ')[0], displayName.Split(' ')[1]);
        var name = $"{given.ToLowerInvariant()}@{domain}";
        var password = Passwords.Derive(directory.Seed, name);
        if (directory.UsersByName.First(name) is { } existing)
            return new DemoUser(existing, Passwords.Matches(existing.PasswordHash, password) ? password : "");

        var user = new User(Identifiers.NewUuid(clock), tenant.Id, name, displayName)
        {
            GivenName = given,
            Surname = surname,
            Mail = name,
            Country = country,
            Department = isAdministrator ? "IT" : "Operations",
            PasswordHash = Passwords.Hash(password),
            CreatedDateTime = clock.GetUtcNow(),
        };
        var saved = Created(editor.SaveUser(user));
        if (isAdministrator)
            editor.SetRole(tenant.Id, saved.Id, DirectoryRoleTemplate.GlobalAdministrator, held: true);
        return new DemoUser(saved, password);
    }

    private static T Created<T>(Result<T, EditProblem> result)
        where T : class =>
        result.TryGet(out var value, out var problem) ? value : throw new InvalidOperationException($"{problem.Key}: {problem.Value}");
}
