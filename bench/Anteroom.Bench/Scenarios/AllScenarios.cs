using System.Net;
using Anteroom.Bench.Stage;

namespace Anteroom.Bench.Scenarios;

/// <summary>The table of contents: each of ours directly beside what it is compared with, so that both meet the same neighbours on the machine.</summary>
internal static class AllScenarios
{
    public const string ColdStart = "cold-start";

    public const string SignIn = "sign-in";

    public const string EmulatorSignIn = "emulator-sign-in";

    private const int PeoplePerClient = 25;
    private const int FirstStranger = 1_000_000;

    private static int s_strangers = FirstStranger;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(SignIn, "brokered sign-in of a known person in a fresh browser, to the tokens", Anteroom, Known(stage => stage.Anteroom))
        {
            ComparedWith = "floor-sign-in",
        },
        new("floor-sign-in", "the same at the floor", Floor, Known(stage => stage.Floor)),
        new("sign-in-alone", "the same by one browser", Anteroom, Known(stage => stage.Anteroom))
        {
            Alone = true,
            ComparedWith = "floor-sign-in-alone",
        },
        new("floor-sign-in-alone", "the same at the floor", Floor, Known(stage => stage.Floor)) { Alone = true },
        new("first-sign-in", "brokered sign-in that makes the account", Anteroom, StrangerAsync) { ComparedWith = "floor-sign-in" },
        new("session", "authorization with a session, to the tokens", Anteroom, WithSession(stage => stage.Anteroom))
        {
            ComparedWith = "floor-session",
        },
        new("floor-session", "the same at the floor", Floor, WithSession(stage => stage.Floor)),
        new("refresh", "refresh of the tokens", Anteroom, RefreshAsync) { ComparedWith = "limit-commit" },
        new("limit-commit", "bare Kestrel, one durable commit", Limits, CommitAsync),
        new("client-credentials", "token for a program, ES256", Anteroom, Acting(stage => stage.Job)) { ComparedWith = "limit-token" },
        new("limit-token", "bare Kestrel, one ES256 token", Limits, TokenAsync),
        new("client-credentials-rs256", "the same, RS256", Anteroom, Acting(stage => stage.RsaJob)) { ComparedWith = "limit-token-rs256" },
        new("limit-token-rs256", "bare Kestrel, one RS256 token", Limits, RsaTokenAsync),
        new("introspection", "introspection of a person's access token", Anteroom, IntrospectAsync) { ComparedWith = "limit-json" },
        new("userinfo", "userinfo", Anteroom, UserInfoAsync) { ComparedWith = "limit-json" },
        new("sign-in-page", "authorization request and the page that asks who it is", Anteroom, PageAsync) { ComparedWith = "limit-json" },
        new("company-code", "the page's answer: company code to provider", Anteroom, CompanyCodeAsync) { ComparedWith = "limit-json" },
        new("user-name", "the same by the user name of an account", Anteroom, UserNameAsync) { ComparedWith = "limit-json" },
        new("e-mail-domain", "the same by an address whose domain is the organization's", Anteroom, DomainAsync)
        {
            ComparedWith = "limit-json",
        },
        new("limit-json", "bare Kestrel, a small JSON answer", Limits, JsonAsync),
        new(EmulatorSignIn, "sign-in at the Entra emulator, whose password check is no work", Emulator, AtEmulator(one => one.Generated)),
        new("emulator-password", "the same with the hash of a password", Emulator, AtEmulator(one => one.Stored)),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(scenario => scenario.Name), ColdStart, AtSize.Name];

    /// <summary>The chosen ones, or all, with what they are compared with.</summary>
    public static IReadOnlyList<Scenario> Choose(IReadOnlyList<string> names) =>
        names.Count == 0
            ? All
            :
            [
                .. All.Where(scenario =>
                    names.Contains(scenario.Name) || All.Any(ours => names.Contains(ours.Name) && ours.ComparedWith == scenario.Name)
                ),
            ];

    private static Target Anteroom(BenchStage stage) => stage.Anteroom.Target;

    private static Target Floor(BenchStage stage) => stage.Floor.Target;

    private static Target Limits(BenchStage stage) => stage.Limits;

    private static Target Emulator(BenchStage stage) => stage.EmulatorTarget;

    private static Func<BenchStage, int, Task<Func<Task>>> AtEmulator(Func<Emulator, Account> account) =>
        async (stage, _) =>
        {
            var emulator = await stage.EmulatorAsync();
            var browser = new Browser(stage.Http);
            return () => emulator.SignInAsync(browser, account(emulator));
        };

    private static Func<BenchStage, int, Task<Func<Task>>> Known(Func<BenchStage, Client> client) =>
        async (stage, number) =>
        {
            var application = new Application(client(stage), stage.Http);
            for (var person = 0; person < PeoplePerClient; person++)
                await application.SignInAsync(Person(number, person));
            var turn = 0;
            return () => application.SignInAsync(Person(number, turn++));
        };

    private static Task<Func<Task>> StrangerAsync(BenchStage stage, int number)
    {
        var application = new Application(stage.Anteroom, stage.Http);
        return Task.FromResult<Func<Task>>(() => application.SignInAsync(Interlocked.Increment(ref s_strangers)));
    }

    private static Func<BenchStage, int, Task<Func<Task>>> WithSession(Func<BenchStage, Client> client) =>
        async (stage, number) =>
        {
            var application = new Application(client(stage), stage.Http);
            await application.SignInAsync(Person(number, 0));
            return application.AuthorizeAsync;
        };

    private static async Task<Func<Task>> RefreshAsync(BenchStage stage, int number)
    {
        var application = new Application(stage.Anteroom, stage.Http);
        var token = (await application.SignInAsync(Person(number, 0), "openid offline_access")).Refresh;
        return async () =>
        {
            var refreshed = await application.RefreshAsync(token ?? throw new BenchException("No refresh token was given."));
            token = refreshed.Refresh;
        };
    }

    private static Func<BenchStage, int, Task<Func<Task>>> Acting(Func<BenchStage, Client> client) =>
        (stage, _) =>
        {
            var application = new Application(client(stage), stage.Http);
            return Task.FromResult<Func<Task>>(application.ActAsync);
        };

    private static async Task<Func<Task>> IntrospectAsync(BenchStage stage, int number)
    {
        var application = new Application(stage.Anteroom, stage.Http);
        var tokens = await application.SignInAsync(Person(number, 0));
        return () => application.IntrospectAsync(tokens.Access);
    }

    private static async Task<Func<Task>> UserInfoAsync(BenchStage stage, int number)
    {
        var application = new Application(stage.Anteroom, stage.Http);
        var tokens = await application.SignInAsync(Person(number, 0));
        return () => application.UserInfoAsync(tokens.Access);
    }

    private static Task<Func<Task>> PageAsync(BenchStage stage, int number)
    {
        var application = new Application(stage.Anteroom, stage.Http);
        return Task.FromResult<Func<Task>>(application.OpenSignInPageAsync);
    }

    private static Task<Func<Task>> CompanyCodeAsync(BenchStage stage, int number) => DiscoverAsync(stage, stage.CompanyCode);

    private static async Task<Func<Task>> UserNameAsync(BenchStage stage, int number)
    {
        await new Application(stage.Anteroom, stage.Http).SignInAsync(Person(number, 0));
        return await DiscoverAsync(stage, Upstream.NameOf(Person(number, 0)));
    }

    private static Task<Func<Task>> DomainAsync(BenchStage stage, int number) =>
        DiscoverAsync(stage, $"somebody{number}@{Upstream.Domain}");

    /// <summary>Home-realm discovery: from the page's answer to the provider.</summary>
    private static async Task<Func<Task>> DiscoverAsync(BenchStage stage, string entry)
    {
        var page = await new Application(stage.Anteroom, stage.Http).OpenSignInPageAsync();
        return async () =>
        {
            // Where the person is sent is in the answer's head, or on a page that hides whether there is such an account.
            var answer = await page.SubmitAsync(new KeyValuePair<string, string>("identifier", entry));
            if (!(answer.Location ?? answer.Body).Contains(stage.Upstream.Address, StringComparison.Ordinal))
                throw new BenchException($"{entry} does not lead to the provider: {(int)answer.Status}.");
        };
    }

    private static Task<Func<Task>> JsonAsync(BenchStage stage, int number)
    {
        var browser = new Browser(stage.Http);
        return Task.FromResult<Func<Task>>(async () => (await browser.GetAsync(stage.Limits.Address + "/json")).Expect(HttpStatusCode.OK));
    }

    private static Task<Func<Task>> TokenAsync(BenchStage stage, int number) => Posting(stage, "/token", ClientCredentials);

    private static Task<Func<Task>> RsaTokenAsync(BenchStage stage, int number) => Posting(stage, "/token-rs256", ClientCredentials);

    private static readonly KeyValuePair<string, string>[] ClientCredentials =
    [
        new("grant_type", "client_credentials"),
        new("scope", "api"),
    ];

    private static Task<Func<Task>> CommitAsync(BenchStage stage, int number) => Posting(stage, "/commit", []);

    private static Task<Func<Task>> Posting(BenchStage stage, string path, KeyValuePair<string, string>[] form)
    {
        var browser = new Browser(stage.Http);
        return Task.FromResult<Func<Task>>(async () =>
            (await browser.PostAsync(stage.Limits.Address + path, form)).Expect(HttpStatusCode.OK)
        );
    }

    private static int Person(int client, int turn) => (client * PeoplePerClient) + (turn % PeoplePerClient);
}
