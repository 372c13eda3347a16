using System.Globalization;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>The program's arguments; a mistake is one sentence.</summary>
internal static class CommandLine
{
    private const int LastPort = 65_535;

    public static Result<EmulatorOptions, string> Parse(IReadOnlyList<string> arguments)
    {
        var options = new EmulatorOptions { Folder = Path.Combine(".anteroom", "emulator"), Verbose = true };
        var hosts = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (name is "--in-memory" or "--no-http" or "--no-https" or "--quiet")
            {
                options = name switch
                {
                    "--in-memory" => options with { Folder = null },
                    "--no-http" => options with { HttpPort = null },
                    "--no-https" => options with { HttpsPort = null },
                    _ => options with { Verbose = false },
                };
                continue;
            }
            if (++i == arguments.Count)
                return $"{name} needs a value.";

            var value = arguments[i];
            switch (name)
            {
                case "--http-port" or "--https-port":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > LastPort)
                        return $"{name} needs a port number, 0 for any free one, not '{value}'.";
                    options = name == "--http-port" ? options with { HttpPort = port } : options with { HttpsPort = port };
                    break;
                case "--data":
                    options = options with { Folder = value };
                    break;
                case "--public-host":
                    if (Uri.CheckHostName(value) != UriHostNameType.Dns)
                        return $"--public-host needs a host name, not '{value}'.";
                    hosts.Add(value);
                    break;
                case "--certificate":
                    options = options with { CertificateFile = value };
                    break;
                case "--certificate-key":
                    options = options with { CertificateKeyFile = value };
                    break;
                case "--certificate-password":
                    options = options with { CertificatePassword = value };
                    break;
                default:
                    return $"Unknown argument '{name}'. The emulator listens on loopback only and knows --http-port, --https-port, --no-http, --no-https, --data, --in-memory, --public-host, --certificate, --certificate-key, --certificate-password and --quiet.";
            }
        }
        return options.HttpPort is null && options.HttpsPort is null
            ? "With --no-http and --no-https nothing is left to listen on."
            : options with
            {
                PublicHosts = hosts,
            };
    }
}
