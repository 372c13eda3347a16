namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>A family of endpoints.</summary>
internal interface IGraphResource
{
    void Map(GraphRoutes routes);
}
