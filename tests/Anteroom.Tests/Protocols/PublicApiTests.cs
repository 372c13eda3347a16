using System.Globalization;
using System.Reflection;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Protocols;

/// <summary>The public face of Anteroom.Protocols, written down, so that no member appears or disappears unnoticed.</summary>
public sealed class PublicApiTests
{
    private const string Update = "ANTEROOM_UPDATE_SNAPSHOTS";
    private const string Snapshot = "tests/Anteroom.Tests/Protocols/PublicApi.txt";

    [Fact]
    public void The_public_api_is_the_one_written_down()
    {
        var actual = Describe(typeof(StrictJson).Assembly);
        var path = Path.Combine(RepositoryRoot(), Snapshot);
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(path, actual);

        var expected = File.ReadAllText(path);
        if (expected == actual)
            return;
        var before = expected.Split('\n');
        var now = actual.Split('\n');
        Assert.Fail(
            $"""
            The public API of Anteroom.Protocols differs from {Snapshot}.
            If that is meant, run this test with {Update}=1 and commit the file.
            {string.Join('\n', before.Except(now).Select(line => "- " + line))}
            {string.Join('\n', now.Except(before).Select(line => "+ " + line))}
            """
        );
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Anteroom.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{type.Namespace}: {Kind(type)} {Name(type)}\n");
            foreach (var line in Members(type).Distinct().Order(StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"    {line}\n");
        }
        return text.ToString();
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsValueType)
            return "struct";
        if (type.IsInterface)
            return "interface";
        return type.IsAbstract && type.IsSealed ? "static class"
            : type.IsSealed ? "sealed class"
            : "class";
    }

    // What the compiler writes for a record is not ours to promise.
    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
        return type.GetMembers(Declared)
            .Where(member => !member.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)))
            .Select(Member)
            .OfType<string>();
    }

    private static string? Member(MemberInfo member) =>
        member switch
        {
            ConstructorInfo constructor => $"new({Parameters(constructor)})",
            FieldInfo { IsLiteral: true } field => $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}",
            FieldInfo field => $"{Static(field.IsStatic)}{Name(field.FieldType)} {field.Name}",
            PropertyInfo property =>
                $"{Static(property.GetMethod!.IsStatic)}{Name(property.PropertyType)} {property.Name} {{ get;{Setter(property)} }}",
            MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
            MethodInfo method => $"{Static(method.IsStatic)}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
            _ => null,
        };

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Setter(PropertyInfo property) =>
        property.SetMethod is not { IsPublic: true } setter ? ""
        : setter.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? " init;"
        : " set;";

    private static string Parameters(MethodBase method) =>
        string.Join(
            ", ",
            method
                .GetParameters()
                .Select(p =>
                    $"{(p.IsOut ? "out " : "")}{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? " = " + (p.DefaultValue ?? "null") : "")}"
                )
        );

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return type.Name;
        var name = type.Name.Split('`')[0];
        return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
