namespace Anteroom.EntraEmulator.Storage;

/// <summary>What a table keeps up to date beside its rows.</summary>
internal interface ITableIndex<in T>
{
    void Add(string key, T row);

    void Remove(string key, T row);

    void Clear();
}
