using System.Reflection;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Tests.Conventions;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Tests.Fuzz;

/// <summary>What reads hostile input has a fuzz target, and each target has inputs that are tried again (SEC-360, SEC-366).</summary>
[Trait("Security", "SEC-360")]
[Trait("Security", "SEC-366")]
public sealed class FuzzCoverageTests
{
    private static readonly Assembly[] Assemblies = [typeof(JsonWebToken).Assembly, typeof(AadstsCode).Assembly, typeof(Handle).Assembly];

    /// <summary>How methods that read begin, as a word: <c>Read</c>, <c>ReadAsync</c>, <c>TryReadGrant</c>.</summary>
    private static readonly string[] Verbs = ["Parse", "TryParse", "Read", "TryRead", "Decode", "TryDecode", "Unseal", "TryFromBase32"];

    /// <summary>Names of some more.</summary>
    private static readonly string[] Names = ["Register", "Open", "HandleOf", "FromWire"];

    private static readonly HashSet<Type> Inputs =
    [
        typeof(string),
        typeof(byte[]),
        typeof(ReadOnlySpan<byte>),
        typeof(ReadOnlySpan<char>),
        typeof(ReadOnlyMemory<byte>),
        typeof(OAuthParameters),
        typeof(JsonMembers),
        typeof(HttpRequest),
        typeof(HttpContext),
        typeof(IFormCollection),
        typeof(IQueryCollection),
        typeof(IEnumerable<KeyValuePair<string, string>>),
    ];

    private static readonly HashSet<MethodInfo> Targeted =
    [
        .. FuzzTargets
            .All.SelectMany(target => target.Parsers)
            .Select(parser => parser.Method)
            .Select(method => method.IsGenericMethod ? method.GetGenericMethodDefinition() : method)
            .Select(method =>
                method.DeclaringType is { IsGenericType: true } closed
                    ? (MethodInfo)closed.GetGenericTypeDefinition().GetMemberWithSameMetadataDefinitionAs(method)
                    : method
            ),
    ];

    /// <summary>Their keys are made anew for each run: what was sealed once is refused ever after.</summary>
    private static readonly string[] SealedAnew =
    [
        "transaction-cookie",
        "sign-out-cookie",
        "admin-consent-state",
        "known-device",
        "sealed-box",
    ];

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Fact] // what has no target is on the list, with its reason
    public void Every_parser_has_a_target()
    {
        Dictionary<string, string> without = new()
        {
            ["OutboundAllowance.TryParse"] = "the operator's own configuration",
            ["OutboundTrust.TryParse"] = "the operator's own configuration",
            ["OutboundTrust.TryRead"] = "the operator's own configuration",
            ["OrganizationSettings.Parse"] = "a column that only we write",
            ["ConnectionJson.Read"] = "a column that only we write",
            ["DnsName.TryRead"] = "part of DnsAnswer.Parse",
            ["JoseHeader.Read"] = "part of JsonWebToken.Parse",
            ["PngChunks.Read"] = "part of PngReader.Read",
            ["PngHeader.Parse"] = "part of PngReader.Read",
            ["CredentialKey.Read"] = "part of AuthenticatorData.Read",
            ["ApiIds.TryReadPage"] = "Paging.From, then an id",
            ["Logos.ReadAsync"] = "PngReader.Read",
            ["DiscoveryDocument.Read"] = "ProviderMetadata.Parse, then what Entra has to say besides",
            ["ClaimValues.Read"] = "part of IdTokenValidation.Validate",
            ["IdTokenClaims.Read"] = "part of IdTokenValidation.Validate",
            ["OidcForms.ReadAsync"] = "OidcForms.ReadPairsAsync, then OidcForms.Parse",
            ["PostedAnswers.ReadAsync"] = "the framework's own reader of forms",
            ["ResourceIndicators.ReadOne"] = "ResourceIndicators.Read, for one",
            ["AccessTokens.ReadAsync"] = "JsonWebToken.Parse, then what our own key has signed",
            ["IdTokenHints.ReadAsync"] = "JsonWebToken.Parse, then what our own key has signed",
            ["Vault.UnsealAsync"] = "SealedBox.Unseal",
            ["SealedMail.UnsealAsync"] = "SealedBox.Unseal",
            ["RefreshTokens.UnsealSuccessorAsync"] = "SealedBox.Unseal",
        };
        var readers = Types()
            .SelectMany(type =>
                type.GetMethods(
                    BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
            )
            .Where(method => !method.IsPrivate && method.GetBaseDefinition() == method && IsReader(method.Name))
            .Where(method => method.GetParameters().Any(parameter => Inputs.Contains(parameter.ParameterType)))
            .ToList();
        Assert.True(readers.Count > 60);
        var names = readers.Select(Name).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(readers.Where(reader => !Targeted.Contains(reader)).Select(Name).Except(without.Keys).Order(StringComparer.Ordinal));
        Assert.Empty(without.Keys.Except(names));
        Assert.Empty(Targeted.Select(Name).Intersect(without.Keys));
    }

    [Fact] // of what holds a key to such seals, something is fed
    public void Whatever_opens_a_seal_has_a_target()
    {
        Dictionary<string, string> without = new()
        {
            ["HandOvers"] = "SealedJson, under a handle that its caller has read (handle, sealed-json)",
        };
        var holders = Types().Where(HoldsASeal).ToList();
        Assert.True(holders.Count > 8);
        var fed = Targeted.Select(method => method.DeclaringType).ToHashSet();
        Assert.Empty(holders.Where(holder => !fed.Contains(holder)).Select(holder => holder.Name).Except(without.Keys));
        Assert.Empty(without.Keys.Except(holders.Select(holder => holder.Name)));

        static bool HoldsASeal(Type type) =>
            type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
                .Any(field =>
                    field.FieldType == typeof(IDataProtector)
                    || (field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() == typeof(SealedJson<>))
                );
    }

    [Fact] // a seal that is opened past its holder's field would escape the test above
    public void A_seal_is_opened_by_who_holds_it() =>
        Assert.All(
            SourceTree.Files("src/Anteroom.Server", ".cs").Where(file => file.Text.Contains(".Unprotect(", StringComparison.Ordinal)),
            file => Assert.Contains("private readonly IDataProtector ", file.Text, StringComparison.Ordinal)
        );

    [Theory, MemberData(nameof(Targets))]
    public void Each_target_has_stored_inputs_that_end_differently(string name)
    {
        var target = FuzzTargets.Get(name);
        var inputs = new FuzzCorpus(target).Inputs;
        Assert.NotEmpty(inputs);
        if (!SealedAnew.Contains(name))
            Assert.True(
                inputs.Select(target.Read).Distinct(StringComparer.Ordinal).Count() > 1,
                $"The corpus of {name} ends in one way only."
            );
    }

    private static IEnumerable<Type> Types() =>
        Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.Name[0] != '<' && !type.IsNestedPrivate); // what a compiler wrote has a name of its own

    private static bool IsReader(string name) =>
        Names.Contains(name)
        || Verbs.Any(verb =>
            name.StartsWith(verb, StringComparison.Ordinal) && (name.Length == verb.Length || char.IsUpper(name[verb.Length]))
        );

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
