using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Tests.EntraEmulator.State;

/// <summary>Lists by name over generated and stored rows: every row once, in order, from any place on, and without reading the rest.</summary>
public sealed class OrderedListTests : IDisposable
{
    private const int PageSize = 50;
    private const long BytesOfAPage = 1_000_000; // 100,000 people would take more than thirty times as much

    private static readonly Guid TenantId = new("7f2a4c1e-0000-4000-8000-0000000000aa");

    private readonly EntraDirectory _directory = new(null, TimeProvider.System, NullLogger.Instance);

    private static string Tenant => TenantId.ToString();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Pages_hold_every_row_once_in_the_order_of_names()
    {
        Populate(12_000); // more than there are names: some people share one
        Change();
        var expected = _directory
            .UsersByTenant.Find(Tenant)
            .OrderBy(user => new NameKey(user.DisplayName, user.UserPrincipalName))
            .Select(user => user.Id)
            .ToList();
        Assert.Equal(expected, Walk(_directory.UsersInOrder, "").Select(user => user.Id));
        Assert.Equal(
            _directory
                .GroupsByTenant.Find(Tenant)
                .OrderBy(group => new NameKey(group.DisplayName, group.Id.ToString()))
                .Select(group => group.Id),
            Walk(_directory.GroupsInOrder, "").Select(group => group.Id)
        );
    }

    [Theory]
    [InlineData("mira")]
    [InlineData("MIRA K")]
    [InlineData("koch")]
    [InlineData("ki")] // a given name, and a surname
    [InlineData("mira.koch")]
    [InlineData("mira.koch2@")]
    [InlineData("mira.koch@people.example")]
    [InlineData("renamed")]
    [InlineData("zz")]
    [InlineData(".")]
    public void A_search_finds_what_begins_so_and_each_once(string wanted)
    {
        Populate(12_000);
        Change();
        var expected = _directory
            .UsersByTenant.Find(Tenant)
            .Where(user =>
                NameKey
                    .Words(user.DisplayName)
                    .Append(user.UserPrincipalName)
                    .Any(word => word.StartsWith(wanted, StringComparison.OrdinalIgnoreCase))
            )
            .Select(user => user.Id)
            .Order();
        Assert.Equal(expected, Walk(_directory.UsersByWord, wanted).Select(user => user.Id).Order());
    }

    [Theory]
    [InlineData("team 00", 5)]
    [InlineData("0001", 1)]
    [InlineData("customer", 1)]
    [InlineData("service", 1)]
    [InlineData("e", 2)] // All employees, Engineering
    public void Groups_are_found_by_the_beginning_of_a_word(string wanted, int count)
    {
        Populate(250);
        Assert.Equal(count, Walk(_directory.GroupsByWord, wanted).Count);
    }

    [Theory] // issue 3: a tenant of 100,000
    [InlineData(false, "", "", 50)]
    [InlineData(false, "", "Mira M", 50)]
    [InlineData(false, "", "Zoe Z", 20)]
    [InlineData(true, "koch", "", 50)]
    [InlineData(true, "m", "Mona", 50)]
    [InlineData(true, "mira.k", "", 50)]
    [InlineData(true, "mira.koch7@", "", 1)]
    [InlineData(true, "nobody", "", 0)]
    public void A_page_of_a_large_tenant_reads_no_more_than_it_shows(bool search, string wanted, string after, int least)
    {
        Populate(100_000);
        var index = search ? _directory.UsersByWord : _directory.UsersInOrder;
        _ = Page(); // the order itself is counted out once
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rows = Page();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, BytesOfAPage);
        Assert.InRange(rows.Count, least, PageSize + 1);

        List<User> Page() => [.. index.From(Tenant, wanted, new NameKey(after, "")).Take(PageSize + 1).Select(found => found.Row)];
    }

    [Fact]
    public void Guests_are_looked_for_among_stored_people_only()
    {
        Populate(100_000);
        Change();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var guests = _directory
            .UsersInOrder.From(Tenant, "", NameKey.Start, storedOnly: true)
            .Where(found => found.Row.IsGuest)
            .Select(found => found.Row.DisplayName)
            .ToList();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, BytesOfAPage);
        Assert.Equal(["Mira Guest"], guests);
    }

    private void Populate(int users) =>
        _directory.Write(changes =>
        {
            changes.Put(
                _directory.Tenants,
                new Tenant(TenantId, "Large", [new Domain("people.example") { IsInitial = true, IsDefault = true }], "EU", null, "salt")
            );
            changes.Put(
                _directory.Populations,
                new(TenantId, 0x51ce_0001, Convert.ToBase64String(new byte[32]), users, "people.example", DateTimeOffset.UnixEpoch)
            );
        });

    /// <summary>Some generated people are renamed or deleted, and others are made beside them.</summary>
    private void Change()
    {
        var people = _directory.UsersByTenant.Find(Tenant).Take(40).ToList();
        _directory.Write(changes =>
        {
            foreach (var user in people.Take(20))
                changes.Put(_directory.Users, user with { DisplayName = $"Renamed {user.GivenName}" });
            foreach (var user in people.Skip(20))
                changes.Remove(_directory.Users, user.Id.ToString());
            changes.Put(_directory.Users, new User(Guid.CreateVersion7(), TenantId, "kim.kimmel@people.example", "Kim Kimmel"));
            changes.Put(
                _directory.Users,
                new User(Guid.CreateVersion7(), TenantId, "mira_home.example#EXT#@people.example", "Mira Guest") { UserType = User.Guest }
            );
        });
    }

    private static List<T> Walk<T>(OrderedIndex<T> index, string wanted)
        where T : class
    {
        var (all, after) = (new List<T>(), NameKey.Start);
        while (true)
        {
            var page = index.From(Tenant, wanted, after).Take(PageSize).ToList();
            if (page.Count == 0)
                return all;
            Assert.Equal(page.Select(found => found.At).Order(), page.Select(found => found.At));
            all.AddRange(page.Select(found => found.Row));
            after = page[^1].At;
        }
    }
}
