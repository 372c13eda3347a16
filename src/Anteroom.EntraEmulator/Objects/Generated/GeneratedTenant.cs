using System.Security.Cryptography;
using System.Text;

namespace Anteroom.EntraEmulator.Objects.Generated;

/// <summary>What a <see cref="Population"/> stands for: every person, group and membership by its number.</summary>
/// <remarks>
/// Group 0 holds everybody, groups 1 to 12 are departments, then come teams of fifty people, then divisions of twenty teams: their
/// members are groups, so that nesting is there too.
/// </remarks>
internal sealed class GeneratedTenant
{
    private const int TeamSize = 50;
    private const int DivisionSize = 20;

    private static readonly string[] Departments =
    [
        "Accounting",
        "Customer Service",
        "Engineering",
        "Facilities",
        "Human Resources",
        "IT",
        "Legal",
        "Logistics",
        "Marketing",
        "Production",
        "Purchasing",
        "Sales",
    ];

    private static readonly string[] JobTitles =
    [
        "Analyst",
        "Assistant",
        "Clerk",
        "Coordinator",
        "Engineer",
        "Lead",
        "Specialist",
        "Technician",
    ];
    private static readonly string[] Offices = ["Berlin", "Hamburg", "Lisbon", "Oslo", "Prague", "Vienna"];

    private readonly Population _population;
    private readonly ulong _key;

    public GeneratedTenant(Population population)
    {
        _population = population;
        _key = BitConverter.ToUInt64(SHA256.HashData(Encoding.ASCII.GetBytes(population.Seed)));
        Ids = new GeneratedIds(population.Tag, _key);
        Teams = (population.Users + TeamSize - 1) / TeamSize;
        Divisions = (Teams + DivisionSize - 1) / DivisionSize;
        Order = new GeneratedListOrder(this);
    }

    public GeneratedIds Ids { get; }

    /// <summary>The same people and groups by name.</summary>
    public GeneratedListOrder Order { get; }
    public Guid TenantId => _population.TenantId;
    public int UserCount => _population.Users;
    public int GroupCount => 1 + Departments.Length + Teams + Divisions;
    private int Teams { get; }
    private int Divisions { get; }
    private static int FirstTeam => 1 + Departments.Length;
    private int FirstDivision => FirstTeam + Teams;

    public User UserAt(int number)
    {
        var (given, surname, alias) = GeneratedNames.Of(number);
        var dice = GeneratedIds.Mix(_key + (ulong)number);
        var name = $"{alias}@{_population.Domain}";
        return new User(UserId(number), _population.TenantId, name, $"{given} {surname}")
        {
            GivenName = given,
            Surname = surname,
            // Some have no mailbox, some are disabled, most have a second factor: what an import meets in the wild.
            Mail = dice % 97 == 0 ? null : name,
            AccountEnabled = dice / 97 % 50 != 0,
            IsMfaRegistered = dice / 4_850 % 5 != 0,
            MailNickname = alias,
            Department = Departments[number % Departments.Length],
            JobTitle = JobTitles[(int)(dice >> 40) % JobTitles.Length],
            OfficeLocation = Offices[(int)(dice >> 48) % Offices.Length],
            EmployeeId = (100_000 + number).ToString(System.Globalization.CultureInfo.InvariantCulture),
            Country = "DE",
            UsageLocation = "DE",
            ManagerId = number == 0 ? null : UserId(number % TeamSize == 0 ? 0 : number - number % TeamSize),
            CreatedDateTime = _population.CreatedDateTime,
            PasswordHash = Passwords.Derived(_population.Seed, name),
        };
    }

    public Group GroupAt(int number)
    {
        var (name, description) =
            number == 0 ? ("All employees", "Everybody")
            : number < FirstTeam ? (Departments[number - 1], "Department")
            : number < FirstDivision ? ($"Team {number - FirstTeam + 1:D4}", "Team")
            : ($"Division {number - FirstDivision + 1:D3}", "Teams of a division");
        return new Group(GroupId(number), _population.TenantId, name)
        {
            Description = description,
            MailNickname = name.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant(),
            CreatedDateTime = _population.CreatedDateTime,
        };
    }

    public Guid UserId(int number) => Ids.Of(GeneratedKind.User, number);

    public Guid GroupId(int number) => Ids.Of(GeneratedKind.Group, number);

    /// <summary>What lists sort by, without the rest of the person.</summary>
    public (string Given, string Surname, string UserPrincipalName) NameAt(int number)
    {
        var (given, surname, alias) = GeneratedNames.Of(number);
        return (given, surname, $"{alias}@{_population.Domain}");
    }

    public User? UserByName(string userPrincipalName)
    {
        var at = userPrincipalName.LastIndexOf('@');
        return
            at > 0
            && userPrincipalName.AsSpan(at + 1).Equals(_population.Domain, StringComparison.OrdinalIgnoreCase)
            && GeneratedNames.NumberOf(userPrincipalName[..at]) is { } number
            && number < UserCount
            ? UserAt(number)
            : null;
    }

    /// <summary>Numbers of the people who report to somebody: a team to its first, the firsts to number 0.</summary>
    public IEnumerable<int> ReportsOf(int manager, long skip)
    {
        if (manager % TeamSize != 0)
            return [];
        var own = Range(manager + 1, Math.Min(manager + TeamSize, UserCount));
        var leads = manager == 0 ? Range(1, Teams).Select(team => team * TeamSize) : [];
        return own.Concat(leads).Skip((int)skip);
    }

    public IEnumerable<Guid> MembersOf(int group, long skip)
    {
        if (group == 0)
            return Range((int)skip, UserCount).Select(UserId);
        if (group < FirstTeam)
        {
            var first = group - 1 + skip * Departments.Length;
            var count = (UserCount - first + Departments.Length - 1) / Departments.Length;
            return Range(0, (int)Math.Max(0, count)).Select(step => UserId((int)first + step * Departments.Length));
        }
        if (group < FirstDivision)
        {
            var first = (group - FirstTeam) * TeamSize;
            return Range(first + (int)skip, Math.Min(first + TeamSize, UserCount)).Select(UserId);
        }
        var team = (group - FirstDivision) * DivisionSize;
        return Range(team + (int)skip, Math.Min(team + DivisionSize, Teams)).Select(number => GroupId(FirstTeam + number));
    }

    public IEnumerable<Guid> GroupsOf(GeneratedKind kind, int number)
    {
        if (kind == GeneratedKind.User)
            return [GroupId(0), GroupId(1 + number % Departments.Length), GroupId(FirstTeam + number / TeamSize)];
        return number >= FirstTeam && number < FirstDivision ? [GroupId(FirstDivision + (number - FirstTeam) / DivisionSize)] : [];
    }

    private static IEnumerable<int> Range(int from, int to) => Enumerable.Range(from, Math.Max(0, to - from));
}
