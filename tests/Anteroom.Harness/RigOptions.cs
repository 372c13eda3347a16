namespace Anteroom.Harness;

/// <summary>What a rig consists of. The default is the quickest: one server in the test's process.</summary>
public sealed record RigOptions
{
    /// <summary>How many servers share the database.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Whether each server is a process of its own. The rig then has one more in its own process, for its services.</summary>
    public bool Processes { get; init; }

    /// <summary>How many files each server in a process of its own may hold open; as many as the test by default.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>Whether the database survives being killed; it is then a cluster of its own, beside the shared one.</summary>
    public bool Durable { get; init; }

    /// <summary>Where a durable database lies; in the rig's own folder by default.</summary>
    public string? DatabaseFolder { get; init; }

    /// <summary>Whether the public address is https, as behind a proxy that ends TLS.</summary>
    public bool Https { get; init; }

    /// <summary>Whether organizations may have hosts of their own below <see cref="AnteroomRig.OrganizationDomain"/>; goes with <see cref="Https"/>.</summary>
    public bool OwnHosts { get; init; }

    /// <summary>Whether the rig's clock is that of the servers alone, so that moving it makes them disagree with the provider.</summary>
    public bool ProviderKeepsTime { get; init; }

    /// <summary>Stands for the emulator's address in <see cref="Settings"/>, which nobody knows before it runs.</summary>
    public const string Emulator = "{emulator}";

    /// <summary>Further settings, e.g. <c>Anteroom:IdentifyPerMinute</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>What the servers log; errors alone by default. Canary searches want more.</summary>
    public string LogLevel { get; init; } = "Error";
}
