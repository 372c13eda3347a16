using System.Text.RegularExpressions;

namespace Anteroom.Tests.Conventions;

/// <summary>Which feature of the server uses which (style.md §1). A new arrow is a design decision: it gets a commit of its own.</summary>
public sealed partial class FeatureMapTests
{
    private const string Server = "src/Anteroom.Server";

    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Platform"] = [],
        ["Audit"] = ["Platform"],
        ["Keys"] = ["Platform"],
        ["Organizations"] = ["Audit", "Platform"],
        ["Connections"] = ["Audit", "Keys", "Organizations", "Platform"],
        ["Credentials"] = ["Audit", "Organizations", "Platform"],
        ["Mail"] = ["Audit", "Connections", "Keys", "Platform"],
        ["Provisioning"] = ["Audit", "Connections", "Credentials", "Organizations", "Platform"],
        ["SignIn"] = ["Audit", "Connections", "Credentials", "Keys", "Mail", "Organizations", "Platform", "Provisioning"],
        ["Federation"] = ["Audit", "Keys", "Organizations", "Platform", "Provisioning", "SignIn"],
        ["Account"] = ["Audit", "Connections", "Credentials", "Federation", "Organizations", "Platform", "Provisioning", "SignIn"],
        ["Administration"] = ["Audit", "Keys", "Organizations", "Platform"],
        ["Api"] = ["Audit", "Connections", "Credentials", "Federation", "Mail", "Organizations", "Platform", "Provisioning", "SignIn"],
        ["Console"] =
        [
            "Audit",
            "Connections",
            "Credentials",
            "Federation",
            "Keys",
            "Mail",
            "Organizations",
            "Platform",
            "Provisioning",
            "SignIn",
        ],
        ["Hosting"] =
        [
            "Account",
            "Api",
            "Audit",
            "Connections",
            "Console",
            "Credentials",
            "Federation",
            "Keys",
            "Mail",
            "Organizations",
            "Platform",
            "Provisioning",
            "SignIn",
        ],
    };

    /// <summary>The rows of the map in style.md §1, from the ground up. Arrows point down.</summary>
    private static readonly string[][] Rows =
    [
        ["Platform"],
        ["Audit", "Keys", "Organizations"],
        ["Connections", "Credentials"],
        ["Mail"],
        ["Provisioning", "SignIn"],
        ["Federation"],
        ["Account", "Administration", "Api", "Console"],
        ["Hosting"],
    ];

    /// <summary>The arrows within a row (docs/decisions/0008-arrows-within-a-row.md).</summary>
    private static readonly (string From, string To)[] Sideways = [("Organizations", "Audit"), ("SignIn", "Provisioning")];

    /// <summary>A feature's subfolders are its own business, except these, each with its reason.</summary>
    private static readonly Dictionary<string, string> OpenSubfolders = new()
    {
        ["Keys.Vault"] = "Sealing stored secrets is what the feature is for.",
        ["Keys.Signing"] = "Signing is what the feature is for.",
        ["Credentials.Passkeys"] = "What a person proves locally is told apart by its kind.",
        ["Credentials.Passwords"] = "As passkeys.",
        ["Credentials.Recovery"] = "The way back belongs to the sign-in, what it stands on to the credentials.",
        ["SignIn.Passwords"] = "Administrators send links for passwords through the faces.",
        ["SignIn.Records"] = "The console tells of past sign-ins.",
        ["SignIn.Sessions"] = "A session is what every application protocol begins from (design.md §1).",
        ["SignIn.SignOut"] = "An application protocol asks for a sign-out as it asks for a sign-in.",
        ["SignIn.Passkeys"] = "Where passkeys are made, they are offered and answered as in a sign-in.",
        ["SignIn.Pages"] = "All pages that people see have one frame.",
        ["Connections.SharedApp"] = "Operators keep shared registrations, and connect tenants, through the faces.",
        ["SignIn.Consent"] = "The console shows the link by which an administrator consents to the shared app.",
        ["SignIn.TenantProof"] = "The console begins the proof of a tenant and asks what it is to count for.",
        ["SignIn.Trials"] = "The console begins test sign-ins and shows what they found.",
        ["SignIn.Transactions"] = "A request that crossed sites is stored as a transaction is (SEC-003).",
        ["Organizations.Proof"] = "Faces show what is to be put into DNS and what was seen there.",
        ["Federation.Applications"] = "Applications are managed through the faces.",
    };

    [Fact]
    public void Features_use_those_that_the_map_names_and_no_others()
    {
        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), Folders());
        List<string> wrong = [];
        foreach (var folder in Folders())
        {
            var real = UsesOf(folder).Select(use => use.Feature).ToHashSet();
            wrong.AddRange(real.Except(Arrows[folder]).Select(other => $"{folder} uses {other}: {ExampleOf(folder, other)}"));
            wrong.AddRange(Arrows[folder].Except(real).Select(other => $"{folder} does not use {other} any more."));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Arrows_of_the_map_point_down()
    {
        var row = Rows.SelectMany((features, index) => features.Select(feature => (feature, index))).ToDictionary();
        Assert.Equal(Arrows.Keys.Order(), row.Keys.Order());
        var wrong = Arrows
            .SelectMany(pair => pair.Value.Select(to => (From: pair.Key, To: to)))
            .Where(arrow => row[arrow.To] >= row[arrow.From] && !Sideways.Contains(arrow));
        Assert.Empty(wrong);
        Assert.All(Sideways, arrow => Assert.Contains(arrow.To, Arrows[arrow.From]));
    }

    [Fact]
    public void Subfolders_of_other_features_are_left_alone()
    {
        // Hosting is the table of contents: it adds each part by its name.
        var uses = Folders()
            .Where(folder => folder is not "Hosting")
            .SelectMany(UsesOf)
            .Where(use => use is { Sub: not null, Feature: not "Platform" });
        var wrong = uses.Where(use => !OpenSubfolders.ContainsKey($"{use.Feature}.{use.Sub}"))
            .Select(use => $"{use.File} uses {use.Feature}.{use.Sub}");
        Assert.Empty(wrong.Distinct());
        Assert.Empty(OpenSubfolders.Keys.Except(uses.Select(use => $"{use.Feature}.{use.Sub}")));
    }

    [Theory]
    [InlineData("Anteroom.Protocols", "")]
    [InlineData("Anteroom.Entra", "Anteroom.Protocols")]
    [InlineData("Anteroom.Server", "Anteroom.Protocols, Anteroom.Entra")]
    [InlineData("Anteroom.EntraEmulator", "Anteroom.Protocols")]
    public void Projects_reference_what_lies_below_them(string project, string below)
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, $"src/{project}/{project}.csproj"));
        Assert.Equal(below, string.Join(", ", ProjectReference().Matches(text).Select(match => match.Groups[1].Value)));
        if (project is "Anteroom.Protocols" or "Anteroom.Entra") // neither web framework nor database
        {
            Assert.Contains("Sdk=\"Microsoft.NET.Sdk\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("FrameworkReference", text, StringComparison.Ordinal);
            Assert.DoesNotContain("PackageReference", text, StringComparison.Ordinal);
        }
    }

    private sealed record Use(string File, string Feature, string? Sub);

    private static IEnumerable<string> Folders() =>
        Directory
            .EnumerateDirectories(Path.Combine(SourceTree.Root, Server))
            .Select(folder => Path.GetFileName(folder))
            .Where(folder => folder is not ("bin" or "obj" or "wwwroot" or "Properties"))
            .Order(StringComparer.Ordinal);

    private static string ExampleOf(string folder, string other) => UsesOf(folder).First(use => use.Feature == other).File;

    /// <summary>What a folder's files name of other features, by the whole name or, as inner namespaces may, by the rest of it.</summary>
    private static List<Use> UsesOf(string folder)
    {
        var folders = Folders().ToList();
        List<Use> uses = [];
        foreach (var (path, text) in SourceTree.Files($"{Server}/{folder}", ".cs", ".cshtml"))
        {
            foreach (Match match in WholeName().Matches(text))
                Add(path, match.Groups[1].Value, match.Groups[2].Value);
            foreach (Match match in ShortName().Matches(WithoutText(text)))
                if (folders.Contains(match.Groups[1].Value) && IsOf(match.Groups[1].Value, match.Groups[2].Value))
                    Add(path, match.Groups[1].Value, match.Groups[2].Value);
        }
        return uses;

        void Add(string file, string feature, string next)
        {
            if (feature != folder && folders.Contains(feature))
                uses.Add(
                    new(
                        file,
                        feature,
                        Directory.Exists(Path.Combine(SourceTree.Root, Server, feature, next)) && next.Length > 0 ? next : null
                    )
                );
        }
    }

    /// <summary>Whether a feature has a subfolder or a file of that name; otherwise the first word is somebody's property.</summary>
    private static bool IsOf(string feature, string next)
    {
        var folder = Path.Combine(SourceTree.Root, Server, feature);
        return Directory.Exists(Path.Combine(folder, next)) || File.Exists(Path.Combine(folder, next + ".cs"));
    }

    private static string WithoutText(string text) => Prose().Replace(text, "");

    [GeneratedRegex(@"Anteroom\.Server\.([A-Z]\w+)(?:\.([A-Z]\w+))?")]
    private static partial Regex WholeName();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w+)\.([A-Z]\w+)")]
    private static partial Regex ShortName();

    [GeneratedRegex("""//.*|"(?:[^"\\\n]|\\.)*"|^\s*(?:using|namespace) .*;""", RegexOptions.Multiline)]
    private static partial Regex Prose();

    [GeneratedRegex(@"<ProjectReference Include=""\.\./[^/]+/(Anteroom\.\w+)\.csproj""")]
    private static partial Regex ProjectReference();
}
