namespace Anteroom.DevHost;

/// <summary>How each program of the demo is started.</summary>
internal sealed class Programs(DemoOptions options, DemoFolder folder, Children children, DevelopmentCertificates? certificates)
{
    private static readonly Dictionary<string, string?> NoVariables = [];

    /// <summary>The authority of every https address of the demo: ours with --https, else the one that the emulator makes when it starts.</summary>
    public string Authority => certificates?.Authority ?? Path.Combine(folder.Emulator, "ca.pem");

    public Task<Child> EmulatorAsync() =>
        children.StartAsync(
            "Entra emulator",
            Repository.Emulator,
            [
                "--http-port",
                $"{options.EmulatorPort}",
                "--https-port",
                $"{options.EmulatorHttpsPort}",
                "--data",
                folder.Emulator,
                .. options.Names == DemoNames.Localhost ? [] : (string[])["--public-host", options.Names.Emulator],
                .. certificates is null ? [] : (string[])["--certificate", certificates.Certificate, "--certificate-key", certificates.Key],
            ],
            NoVariables,
            Log("emulator")
        );

    public Task<Child> ServerAsync() =>
        children.StartAsync(
            "server",
            Repository.Server,
            ["serve", "--urls", $"{(options.Https ? "https" : "http")}://127.0.0.1:{options.Port}", .. ServerSettings()],
            NoVariables,
            Log("server")
        );

    /// <summary>Configuration that the server and its admin commands share.</summary>
    public IEnumerable<string> ServerSettings()
    {
        yield return $"--Anteroom:BaseUrl={options.Server}";
        yield return $"--Anteroom:DataFolder={folder.Server}";
        yield return $"--Anteroom:MailFolder={folder.Mails}";
        yield return $"--Anteroom:AllowedTargets:0={options.EmulatorHttp}";
        yield return $"--Anteroom:AllowedTargets:1={options.EmulatorHttps}";
        yield return $"--Anteroom:AllowedTargets:2={options.Sample}"; // it is told of sign-outs
        foreach (var (index, origin) in options.AlsoAllowed.Index())
            yield return $"--Anteroom:AllowedTargets:{index + 3}={origin}";
        yield return $"--Anteroom:TrustedAuthorities={folder.Authority}";
        if (certificates is null)
            yield break;
        yield return $"--Anteroom:Certificate={certificates.Certificate}";
        yield return $"--Anteroom:CertificateKey={certificates.Key}";
        yield return "--Anteroom:OrganizationDomain=anteroom.localhost";
    }

    public Task<Child> SampleAsync(DemoClient client)
    {
        var variables = new Dictionary<string, string?>
        {
            ["OIDC_AUTHORITY"] = options.Server,
            ["OIDC_CLIENT_ID"] = client.ClientId,
            ["OIDC_CLIENT_SECRET"] = client.ClientSecret,
        };
        if (certificates is not null)
        {
            variables["OIDC_CA"] = folder.Authority;
            variables["SSL_CERT_FILE"] = folder.Authority; // its call to its own API
            variables["ASPNETCORE_Kestrel__Certificates__Default__Path"] = certificates.Certificate;
            variables["ASPNETCORE_Kestrel__Certificates__Default__KeyPath"] = certificates.Key;
        }
        return children.StartAsync(
            "sample application",
            Repository.Sample,
            ["--urls", $"{options.Scheme}://localhost:{options.SamplePort}"],
            variables,
            Log("sample")
        );
    }

    private string Log(string name) => Path.Combine(folder.Logs, name + ".log");
}
