using System.Diagnostics;
using Anteroom.Harness;

namespace Anteroom.Interop.Entra;

/// <summary>Debian's Apache with mod_auth_openidc: an instance of a test's own on a loopback port, never as root.</summary>
internal sealed class ApacheServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/apache2";
    private const string Modules = "/usr/lib/apache2/modules";
    private const string UnprivilegedUser = "www-data";

    private readonly string _folder;
    private readonly Process _process;

    private ApacheServer(string folder, int port, Process process) =>
        (_folder, Address, _process) = (folder, $"http://localhost:{port}", process);

    public string Address { get; }

    public string ErrorLog => File.ReadAllText(Path.Combine(_folder, "run", "error.log"));

    /// <param name="site">Directives beside those that any instance needs; gets the instance's address.</param>
    /// <param name="wanted">Its port where somebody must know it beforehand; any free one by default.</param>
    public static async Task<ApacheServer> StartAsync(Func<string, string> site, int? wanted = null)
    {
        Assert.True(
            File.Exists(Program) && File.Exists(Path.Combine(Modules, "mod_auth_openidc.so")),
            "Apache's module is missing: apt-get install libapache2-mod-auth-openidc."
        );
        var folder = OpenFolder.CreateTemporary("anteroom-apache-");
        var pages = Directory.CreateDirectory(Path.Combine(folder, "pages", "secure")).FullName;
        await File.WriteAllTextAsync(Path.Combine(pages, "page.txt"), "You are in.");
        await File.WriteAllTextAsync(Path.Combine(folder, "pages", "out.txt"), "You are out.");
        OpenFolder.CreateWritable(Path.Combine(folder, "run")); // written by the server
        var port = wanted ?? FreePort.Next();
        var configuration = Path.Combine(folder, "apache.conf");
        await File.WriteAllTextAsync(configuration, Common(folder, port) + site($"http://localhost:{port}"));

        var start = new ProcessStartInfo(Program, ["-D", "FOREGROUND", "-f", configuration]) { WorkingDirectory = folder };
        if (Environment.IsPrivilegedProcess)
            start.UserName = UnprivilegedUser;
        var server = new ApacheServer(folder, port, Process.Start(start) ?? throw new InvalidOperationException("Apache does not start."));
        await server.AnswersAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AnswersAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync($"{Address}/out.txt");
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited && patience.Elapsed < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(50);
            }
            catch (HttpRequestException refused)
            {
                throw new InvalidOperationException($"Apache does not answer: {ErrorLog}", refused);
            }
        }
    }

    private static string Common(string folder, int port) =>
        $"""
            ServerRoot "{folder}"
            ServerName localhost
            Listen 127.0.0.1:{port}
            PidFile run/apache.pid
            DefaultRuntimeDir run
            Mutex file:{folder}/run default
            ErrorLog run/error.log
            LoadModule mpm_event_module {Modules}/mod_mpm_event.so
            LoadModule authn_core_module {Modules}/mod_authn_core.so
            LoadModule authz_core_module {Modules}/mod_authz_core.so
            LoadModule authz_user_module {Modules}/mod_authz_user.so
            LoadModule headers_module {Modules}/mod_headers.so
            LoadModule auth_openidc_module {Modules}/mod_auth_openidc.so
            StartServers 1
            ThreadsPerChild 8
            MinSpareThreads 2
            MaxSpareThreads 8
            MaxRequestWorkers 8
            DocumentRoot "{folder}/pages"

            """;
}
