namespace Anteroom.Samples.CommandLine;

/// <summary>A command that signs its user in by the browser of the machine and prints who it is.</summary>
public static class Program
{
    private const string Usage = "usage: sign-in <issuer> <client id> [name or company code]";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10); // as long as a sign-in may take

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var issuer, var clientId, ..] || arguments.Length > 3 || !Uri.TryCreate(issuer, UriKind.Absolute, out _))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var signIn = new NativeSignIn(http, issuer, clientId, SystemBrowser.Open);
            foreach (var (name, value) in await signIn.RunAsync(arguments.ElementAtOrDefault(2), patience.Token))
                Console.WriteLine($"{name}: {value}");
            return 0;
        }
        catch (Exception failure) when (failure is SignInException or HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(failure is OperationCanceledException ? "Nobody signed in." : failure.Message);
            return 1;
        }
    }
}
