namespace Anteroom.EntraEmulator.Graph.Schema;

/// <summary>How a property may be filtered.</summary>
[Flags]
internal enum Filters
{
    None = 0,
    Equal = 1,

    /// <summary>Without it <c>ne</c> is an advanced query.</summary>
    NotEqual = 2,
    Order = 4,
    StartsWith = 8,
    EndsWith = 16,
    Contains = 32,
    Any = 64,

    /// <summary>Not in the ordinary index.</summary>
    OnlyAdvanced = 128,

    Name = Equal | StartsWith,
    Date = Equal | Order,
}
