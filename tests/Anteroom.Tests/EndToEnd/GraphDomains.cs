namespace Anteroom.Tests.EndToEnd;

/// <summary>For tests that ask the shared installation's Graph for the domains of a tenant: where one has it answer with a fault, all meet it.</summary>
[CollectionDefinition(Name)]
public sealed class GraphDomains
{
    public const string Name = "graph-domains";
}
