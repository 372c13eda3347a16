namespace Anteroom.DevHost;

/// <summary>Where the programs are that the demo starts: beside this one, built in the same configuration.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static ProgramPlace Server { get; } = Place("src/Anteroom.Server");

    /// <summary>The server as production runs it: <c>./anteroom serve</c> and <c>bench</c> make it.</summary>
    public static ProgramPlace CompiledServer { get; } =
        new(Path.Combine(Root, "src/Anteroom.Server"), Path.Combine(Root, ".anteroom/programs/Anteroom.Server/Anteroom.Server.dll"));

    public static ProgramPlace Emulator { get; } = Place("src/Anteroom.EntraEmulator");
    public static ProgramPlace Sample { get; } = Place("samples/Anteroom.Samples.WebApplication");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Anteroom.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below the repository.");
    }

    private static ProgramPlace Place(string project)
    {
        // …/bin/<configuration>/<framework>/
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var folder = Path.Combine(Root, project);
        return new(folder, Path.Combine(folder, "bin", own.Parent!.Name, own.Name, Path.GetFileName(project) + ".dll"));
    }
}

/// <param name="Folder">The project's folder: its content root.</param>
/// <param name="Assembly">What <c>dotnet</c> runs.</param>
internal sealed record ProgramPlace(string Folder, string Assembly);
