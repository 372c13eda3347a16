namespace Anteroom.EntraEmulator.Graph;

/// <summary>Ends a request with an error. Thrown, because a query can be wrong at any depth of its parsing; one place answers it.</summary>
internal sealed class GraphRefusal(GraphError error) : Exception(error.Message)
{
    public GraphError Error => error;
}
