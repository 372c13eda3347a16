namespace Anteroom.EntraEmulator.Storage;

/// <summary>Rows of a table that are computed when somebody asks, in place of being stored.</summary>
internal interface IGeneratedRows<T>
    where T : class
{
    int Count { get; }

    T? Find(string key);

    IEnumerable<T> All();
}
