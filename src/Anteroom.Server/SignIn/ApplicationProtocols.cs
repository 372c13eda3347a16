namespace Anteroom.Server.SignIn;

/// <summary>The protocols towards applications by their names.</summary>
public sealed class ApplicationProtocols(IEnumerable<IApplicationProtocol> protocols)
{
    private readonly Dictionary<string, IApplicationProtocol> _byName = protocols.ToDictionary(
        protocol => protocol.Name,
        StringComparer.Ordinal
    );

    public IApplicationProtocol Get(string name) => _byName[name];
}
