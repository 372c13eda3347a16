using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Bench.Stage;

/// <summary>Somebody's name and password at the emulator.</summary>
internal sealed record Account(string Name, string Password);

/// <summary>The Entra emulator with one tenant, one confidential application and two people, set up by its control API.</summary>
/// <param name="Generated">One of a population: the password follows from the seed, so checking it is no work.</param>
/// <param name="Stored">Made by hand: the password is hashed.</param>
internal sealed record Emulator(Target Target, string Tenant, string ClientId, string ClientSecret, Account Generated, Account Stored)
{
    private const string RedirectUri = "http://localhost:16999/callback";
    private const string Domain = "contoso.onmicrosoft.com";

    public static async Task<Emulator> PrepareAsync(Target target, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var tenant = Text(await PostAsync("/tenants", new { displayName = "Contoso", initialDomain = Domain }), "id");
        var population = await PostAsync($"/tenants/{tenant}/population", new { users = 10_000, seed = "bench" });
        var stored = new Account($"mira@{Domain}", "a-password-of-the-bench");
        await PostAsync($"/tenants/{tenant}/users", new { userPrincipalName = stored.Name, password = stored.Password });
        var application = await PostAsync(
            $"/tenants/{tenant}/applications",
            new { displayName = "Bench", web = new { redirectUris = new[] { RedirectUri } } }
        );
        var clientId = Text(application, "appId");
        var secret = await PostAsync($"/applications/{clientId}/secrets", new { displayName = "bench" });
        var example = population["example"]!;
        return new(
            target,
            tenant,
            clientId,
            Text(secret, "secretText"),
            new(Text(example, "userPrincipalName"), Text(example, "password")),
            stored
        );

        async Task<JsonNode> PostAsync(string path, object body)
        {
            using var response = await http.PostAsJsonAsync($"{target.Address}/_emulator{path}", body, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            return response.IsSuccessStatusCode
                ? JsonNode.Parse(text)!
                : throw new BenchException($"{(int)response.StatusCode} from the emulator's control API: {text}");
        }

        static string Text(JsonNode node, string name) => (string)node[name]!;
    }

    /// <summary>All of a sign-in in a fresh browser: authorization request, user name, password, code, tokens.</summary>
    public async Task SignInAsync(Browser browser, Account account)
    {
        browser.ForgetCookies();
        var authorize = QueryHelpers.AddQueryString(
            $"{Target.Address}/{Tenant}/oauth2/v2.0/authorize",
            new Dictionary<string, string?>
            {
                ["client_id"] = ClientId,
                ["response_type"] = "code",
                ["redirect_uri"] = RedirectUri,
                ["scope"] = "openid profile email",
                ["state"] = "state",
                ["nonce"] = "nonce",
            }
        );
        var page = Page(await browser.GetAsync(authorize));
        page = Page(await page.SubmitAsync(new("step", "username"), new("loginfmt", account.Name)));
        var reply = (await page.SubmitAsync(new("step", "password"), new("passwd", account.Password))).Redirect();
        if (QueryHelpers.ParseQuery(new Uri(reply).Query)["code"] is not [{ } code])
            throw new BenchException($"No code but {reply}");
        var tokens = await browser.PostAsync(
            $"{Target.Address}/{Tenant}/oauth2/v2.0/token",
            [
                new("grant_type", "authorization_code"),
                new("client_id", ClientId),
                new("client_secret", ClientSecret),
                new("redirect_uri", RedirectUri),
                new("code", code),
            ]
        );
        if (!tokens.Expect(HttpStatusCode.OK).Contains("\"id_token\":", StringComparison.Ordinal))
            throw new BenchException($"No ID token: {tokens.Body}");

        SignInPage Page(Answer answer) => new(new Uri(Target.Address), answer.Expect(HttpStatusCode.OK), browser);
    }
}
