using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Anteroom.DevHost;

namespace Anteroom.Tests.Hosting;

/// <summary>A server that cannot start says why in one sentence that names the setting, and ends with code 1; no stack, no half-started database.</summary>
public sealed class ServeRefusalTests : IDisposable
{
    // Refused before the database: so no test waits for one.
    private const string NoDatabase = "--ConnectionStrings:Anteroom=Host=/nowhere;Username=anteroom_app;Database=anteroom";

    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-serve-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--Anteroom:BaseUrl=nonsense", "Anteroom:BaseUrl is not an http or https address")]
    [InlineData("--Anteroom:BaseUrl=http://sso.example.com", "Anteroom:BaseUrl must be https unless it is a loopback address")]
    [InlineData("--Anteroom:BaseUrl=https://sso.example.com/path", "Anteroom:BaseUrl must have neither path nor query")]
    [InlineData("--Anteroom:KeyFile=/nowhere/kek", "Anteroom:KeyFile does not exist")]
    [InlineData("--Anteroom:Certificate=/nowhere/c.pem", "Anteroom:Certificate does not exist")]
    [InlineData("--Anteroom:TrustedAuthorities=/nowhere/ca.pem", "Anteroom:TrustedAuthorities does not exist")]
    [InlineData("--Anteroom:AllowedTargets:0=nonsense", "Anteroom:AllowedTargets: 'nonsense' is not an origin")]
    [InlineData("--Anteroom:AllowedTargets:0=http://10.0.0.1:80", "Anteroom:AllowedTargets: ")]
    [InlineData("--Anteroom:TrustedProxies:0=proxy", "Anteroom:TrustedProxies has an entry")]
    [InlineData("--Anteroom:StoredRequestsPerMinute=0", "Anteroom:StoredRequestsPerMinute must be between")]
    [InlineData("--Anteroom:StoredRequestsPerMinute=many", "'Anteroom:StoredRequestsPerMinute'")]
    [InlineData("--Anteroom:ManagementUrl=9090", "Anteroom:ManagementUrl is not an http or https address")]
    [InlineData("--Anteroom:OtlpEndpoint=collector", "Anteroom:OtlpEndpoint is not an http or https address")]
    [InlineData("--urls=nonsense", "(--urls)")]
    [InlineData("--urls=http://127.0.0.1:0", "ConnectionStrings:Anteroom")] // the database of these tests, which is nowhere
    public async Task A_wrong_setting_is_named(string setting, string expected) =>
        Assert.Contains(expected, await RefusalAsync(setting, NoDatabase), StringComparison.Ordinal);

    [Theory]
    [InlineData("Anteroom:TrustedAuthorities")]
    [InlineData("Anteroom:Certificate", "Anteroom:CertificateKey")]
    public async Task A_file_that_holds_no_certificate_is_named(params string[] settings)
    {
        var file = Path.Combine(_folder, "c.pem");
        await File.WriteAllTextAsync(file, "not a certificate", TestContext.Current.CancellationToken);
        var sentence = await RefusalAsync([.. settings.Select(setting => $"--{setting}={file}"), NoDatabase]);
        Assert.All(settings, setting => Assert.Contains(setting, sentence, StringComparison.Ordinal));
        Assert.Contains(file, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_refused_rather_than_served_without_it()
    {
        var file = Path.Combine(_folder, "c.pem");
        await File.WriteAllTextAsync(file, "whatever", TestContext.Current.CancellationToken);
        Assert.Contains("belong together", await RefusalAsync($"--Anteroom:Certificate={file}", NoDatabase), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is no connection string")]
    [InlineData("Host=127.0.0.1;Port=1;Username=a;Database=b")]
    public async Task A_database_that_cannot_be_used_is_named(string connectionString) =>
        Assert.Contains(
            "ConnectionStrings:Anteroom",
            await RefusalAsync($"--ConnectionStrings:Anteroom={connectionString}"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_named()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        Assert.Contains(file, await RefusalAsync($"--Anteroom:DataFolder={file}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        await using var database = await Harness.TestDatabase.CreateAsync(ct: TestContext.Current.CancellationToken);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var sentence = await RefusalAsync(
            $"--urls=http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}",
            $"--Anteroom:DataFolder={_folder}",
            $"--ConnectionStrings:Anteroom={database.AppConnectionString}",
            $"--ConnectionStrings:AnteroomOwner={database.OwnerConnectionString}"
        );
        Assert.StartsWith("Another program already listens there", sentence, StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Server.Assembly, "serve", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Children.ForgetOtherServers(start);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(process.ExitCode == 1, $"Code {process.ExitCode}: {await errors}\n{await output}");
        return Assert.Single((await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
