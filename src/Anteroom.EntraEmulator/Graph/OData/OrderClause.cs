namespace Anteroom.EntraEmulator.Graph.OData;

/// <summary><c>$orderby=displayName desc</c>.</summary>
internal sealed record OrderClause(string Property, bool IsDescending)
{
    public IComparer<OrderKey> Comparer { get; } = new KeyComparer(IsDescending);

    private sealed class KeyComparer(bool isDescending) : IComparer<OrderKey>
    {
        public int Compare(OrderKey? x, OrderKey? y)
        {
            var order = string.Compare(x!.Value, y!.Value, StringComparison.OrdinalIgnoreCase);
            if (order == 0)
                order = string.CompareOrdinal(x.Id, y.Id);
            return isDescending ? -order : order;
        }
    }
}

/// <summary>Where a row stands in an order: its value, and its id where values are equal.</summary>
internal sealed record OrderKey(string Value, string Id);
