using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Anteroom.Entra.Outbound;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Hosting;

/// <summary>Tries what the settings name, files and addresses, before anything is opened: a slip is one sentence and not a stack.</summary>
internal static class StartCheck
{
    /// <summary>One sentence that names the wrong setting, or null.</summary>
    public static string? Check(IConfiguration configuration, AnteroomOptions options) =>
        Certificate(options) ?? Authorities(options) ?? Targets(options) ?? Listeners(configuration) ?? Management(options);

    private static string? Certificate(AnteroomOptions options)
    {
        if (options is { Certificate: null, CertificateKey: null })
            return null;
        if (options is not { Certificate: { } certificate, CertificateKey: { } key })
            return "Anteroom:Certificate and Anteroom:CertificateKey belong together: give both or neither.";
        try
        {
            using var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return $"Anteroom:Certificate and Anteroom:CertificateKey are not a PEM certificate and its key: '{certificate}', '{key}'.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"Anteroom:Certificate or Anteroom:CertificateKey cannot be read: {e.Message}";
        }
    }

    private static string? Authorities(AnteroomOptions options)
    {
        if (options.TrustedAuthorities is not { } file)
            return null;
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(file);
            return found.Count > 0 ? null : $"Anteroom:TrustedAuthorities holds no PEM certificate: '{file}'.";
        }
        catch (CryptographicException)
        {
            return $"Anteroom:TrustedAuthorities holds something that is no certificate: '{file}'.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"Anteroom:TrustedAuthorities cannot be read: {e.Message}";
        }
    }

    private static string? Targets(AnteroomOptions options)
    {
        foreach (var target in options.AllowedTargets)
            if (!OutboundAllowance.TryParse(target, null, out _, out var fault))
                return $"Anteroom:AllowedTargets: {fault}";
        return null;
    }

    private static string? Listeners(IConfiguration configuration)
    {
        foreach (var address in configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            try
            {
                _ = BindingAddress.Parse(address);
            }
            catch (FormatException)
            {
                return $"'{address}' is not an address to listen on: write scheme://host:port (--urls).";
            }
        }
        return null;
    }

    private static string? Management(AnteroomOptions options)
    {
        foreach (var (name, value) in new[] { ("ManagementUrl", options.ManagementUrl), ("OtlpEndpoint", options.OtlpEndpoint) })
            if (value is not null && (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")))
                return $"Anteroom:{name} is not an http or https address: '{value}'.";
        return null;
    }
}
