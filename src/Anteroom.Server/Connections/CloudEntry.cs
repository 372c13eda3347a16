using Anteroom.Entra.Providers;

namespace Anteroom.Server.Connections;

/// <summary>A cloud with what operators see of it: built in, or added by one of them.</summary>
/// <param name="TrustedCa">PEM; only for clouds that do not use a public certificate authority.</param>
public sealed record CloudEntry(Cloud Cloud, string Name, IReadOnlyList<string> Aliases, string? TrustedCa, bool BuiltIn);
