namespace Anteroom.Server.Platform.Dns;

/// <summary>Looking names up.</summary>
public static class DnsFeature
{
    public static IServiceCollection AddDns(this IServiceCollection services, AnteroomOptions options) =>
        services.AddSingleton(options.Dns).AddSingleton<DnsResolver>();
}
