namespace Anteroom.Tests.Conventions;

/// <summary>The repository as text: conventions that no compiler checks are read from it.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Source files below a folder, generated ones left out, each with its path from the root.</summary>
    public static IEnumerable<(string Path, string Text)> Files(string folder, params string[] extensions) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Where(file => extensions.Contains(Path.GetExtension(file)))
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal)
            .Select(path => (path, File.ReadAllText(Path.Combine(Root, path))));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Anteroom.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder;
    }
}
