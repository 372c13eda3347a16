namespace Anteroom.Interop.Entra;

/// <summary>Issue 3: npm @microsoft/microsoft-graph-client, told no more than the address of Graph and a custom host.</summary>
public sealed class GraphClientTests
{
    private const int People = 45;

    // Issue 3: page iterator, filter, count, search, batch, and the errors that the library reads (graph.md).
    [Fact]
    public async Task Graph_client_walks_through_the_directory()
    {
        await using var entra = await EntraScene.StartAsync();
        for (var number = 0; number < People; number++)
            await entra.AddPersonAsync($"person{number:00}", $"Person {number:00}");
        var client = await entra.RegisterAsync(
            "Daemon",
            new
            {
                requiredResourceAccess = new[]
                {
                    new
                    {
                        resourceAppId = Guid.Parse("00000003-0000-0000-c000-000000000000"),
                        resourceAccess = new[]
                        {
                            new { id = Guid.Parse("df021288-bdef-4463-88db-98f22de89214"), type = "Role" }, // User.Read.All
                            new { id = Guid.Parse("498476ce-e0fe-48b0-b801-37ba7e2685c6"), type = "Role" }, // Organization.Read.All
                        },
                    },
                },
            }
        );

        var seen = await entra.RunAsync("graph-client.mjs", client, ("clientSecret", await client.AddSecretAsync()));

        Assert.Equal(People + 1, seen.At("names")!.AsArray().Select(name => (string)name!).Distinct().Count());
        Assert.Equal(3, seen.Number("pages"));
        Assert.Equal(20, seen.Number("firstPage"));
        Assert.StartsWith($"{entra.Host}/graph/v1.0/users", seen.Text("nextLink"), StringComparison.Ordinal);
        Assert.Equal(entra.Mira.ObjectId.ToString(), Assert.Single(seen.At("filtered")!.AsArray())!.GetValue<string>());
        Assert.Equal(People + 1, seen.Number("count"));
        Assert.Equal("Mira Koch", Assert.Single(seen.At("searched")!.AsArray())!.GetValue<string>());
        Assert.Equal(entra.Mira.ObjectId.ToString(), seen.Text("one", "id"));
        Assert.Equal(404, seen.Number("nobody", "status"));
        Assert.Equal("Request_ResourceNotFound", seen.Text("nobody", "code"));
        Assert.Equal("Mira Koch", seen.Text("batch", "user"));
        Assert.Equal(entra.TenantId.ToString(), seen.Text("batch", "organization"));
        Assert.Equal(403, seen.Number("forbidden", "status"));
        Assert.Equal("Authorization_RequestDenied", seen.Text("forbidden", "code"));
    }
}
