using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Harness;
using Anteroom.Server.Api;
using Anteroom.Server.Audit;
using Anteroom.Server.Connections;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Keys;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Mail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Dns;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Notifications;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Passkeys;
using Anteroom.Server.SignIn.Passwords;

namespace Anteroom.Tests.Api;

/// <summary>The management API over real HTTP, on a database of its own, with an operator's key.</summary>
public sealed class ApiScenario : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-api-").FullName;
    private TestDatabase _database = null!;
    private HttpClient _http = null!;

    public WebApplication App { get; private set; } = null!;

    public string OperatorKey { get; private set; } = null!;

    public TestDatabase TestDatabase => _database;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var options = new AnteroomOptions { DataFolder = _folder, OrganizationDomain = "people.example" };
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_database.Database);
        services.AddSingleton<Notifications>();
        services.AddHostedService(provider => provider.GetRequiredService<Notifications>());
        services.AddSingleton<EventLog>();
        services.AddAudit();
        services.AddKeys(options);
        services.AddSigningKeys(options);
        services.AddDns(options);
        services.AddOrganizations(options);
        services.AddConnections(options);
        services.AddSingleton<JobQueue>();
        services.AddSingleton<Outbox>();
        services.AddMail();
        services.AddProvisioning(options);
        services.AddSingleton<PasswordLinks>();
        services.AddPasswordCare();
        services.AddSingleton<PasskeyStore>();
        services.AddSingleton<ChangePasskeys>();
        services.AddPasskeyCare();
        services.AddApplications(options);
        services.AddManagementApi(options);
        App = builder.Build();
        App.MapManagementApi();
        if (!(await App.Services.GetRequiredService<Vault>().OpenAsync(default)).TryGet(out _, out var failure))
            throw new InvalidOperationException(failure.Sentence);
        await App.StartAsync();
        _http = new() { BaseAddress = new(App.Urls.First()) };
        OperatorKey = await KeyAsync(OrganizationId.Platform, Permissions.OfPlatform);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task<string> KeyAsync(OrganizationId organization, IReadOnlyList<string> permissions)
    {
        await using var tx = await _database.Database.BeginAsync(organization, default);
        var (_, value) = await App
            .Services.GetRequiredService<ApiKeys>()
            .CreateAsync(tx, "test", permissions, TimeSpan.FromDays(1), new(Actor.System, null, null, "test"), default);
        await tx.CommitAsync(default);
        return value.Reveal();
    }

    /// <summary>A new organization through the API: its slug and id.</summary>
    public async Task<(string Slug, OrganizationId Id)> OrganizationAsync()
    {
        var slug = "o" + OrganizationId.New(TimeProvider.System).ToString()[^14..];
        var made = await SendAsync(HttpMethod.Post, "organizations", $$"""{"slug":"{{slug}}","name":"Contoso"}""");
        Assert.Equal(201, made.Status);
        Assert.True(OrganizationId.TryParse((string)made.Json["id"]!, out var id));
        return (slug, id);
    }

    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        string? json = null,
        string? key = "",
        string? ifMatch = null,
        string contentType = "application/json"
    )
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Length == 0 ? OperatorKey : key);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, contentType);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await _http.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.Tag);
    }

    public async Task<Answer> SendPictureAsync(string path, byte[] file, string contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/{path}") { Content = new ByteArrayContent(file) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
        request.Content.Headers.ContentType = new(contentType);
        using var response = await _http.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.Tag);
    }

    /// <summary>A body whose length nobody says beforehand.</summary>
    public async Task<Answer> SendChunkedAsync(HttpMethod method, string path, string json)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        request.Content.Headers.ContentType = new("application/json");
        using var response = await _http.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.Tag);
    }

    public Task<string> DocumentAsync() => _http.GetStringAsync("/api/openapi.json");
}

public sealed record Answer(int Status, string Text, string? ETag)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string? Code => (string?)Json["code"];
}
