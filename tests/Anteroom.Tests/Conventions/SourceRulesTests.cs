using System.Text.RegularExpressions;

namespace Anteroom.Tests.Conventions;

/// <summary>Promises about how the product is written, which hold for code that nobody has written yet.</summary>
public sealed partial class SourceRulesTests
{
    private static readonly string[] Product = ["src/Anteroom.Server", "src/Anteroom.Entra", "src/Anteroom.Protocols"];

    [Fact] // Every pattern is our own, is compiled at build time and cannot backtrack without bound.
    [Trait("Security", "SEC-363")]
    public void Regular_expressions_cannot_backtrack()
    {
        List<string> wrong = [];
        foreach (var (path, text) in Sources())
        {
            wrong.AddRange(NewRegex().Matches(text).Select(match => $"{path}: {match.Value}"));
            foreach (Match match in Generated().Matches(text))
                if (!match.Value.Contains("NonBacktracking", StringComparison.Ordinal) && !IsLinear(match.Groups[1].Value))
                    wrong.Add($"{path}: {match.Value}");
        }
        Assert.Empty(wrong);
    }

    [Theory] // the rule itself: what may follow what was repeated must not begin as it does
    [InlineData("^[a-z][a-z0-9-]{0,39}$", true)]
    [InlineData("^(a+)+$", false)]
    [InlineData("^[a-z]*[a-z]*$", false)]
    [InlineData("^(a|b)*$", false)]
    [InlineData(@"^(\w+\s?)*$", false)]
    [Trait("Security", "SEC-363")]
    public void Knows_a_pattern_that_could(string pattern, bool linear) => Assert.Equal(linear, IsLinear(pattern));

    [Fact] // a secret is found by its hash, or compared in constant time
    [Trait("Security", "SEC-288")]
    public void Secrets_are_compared_in_constant_time()
    {
        List<string> wrong = [];
        foreach (var (path, text) in Sources())
        {
            wrong.AddRange(RevealedComparison().Matches(text).Select(match => $"{path}: {match.Value}"));
            if (path.EndsWith("Audit/AuditVerifier.cs", StringComparison.Ordinal))
                continue; // the hashes of the trail are no secrets: whoever can read them can read the trail
            wrong.AddRange(HashComparison().Matches(text).Select(match => $"{path}: {match.Value}"));
        }
        Assert.Empty(wrong);
        // Where a value is not looked up by its hash, the framework's comparison stands: the list is short and known.
        Assert.Equal(
            [
                "src/Anteroom.Protocols/OAuth/CodeChallenge.cs",
                "src/Anteroom.Protocols/Primitives/Secret.cs",
                "src/Anteroom.Server/Federation/Applications/Application.cs",
                "src/Anteroom.Server/SignIn/OwnHost/Arrivals.cs", // SHA-256 of a browser's mark
                "src/Anteroom.Server/SignIn/Upstream/CallbackEndpoint.cs",
            ],
            Sources()
                .Where(file => file.Text.Contains("FixedTimeEquals", StringComparison.Ordinal))
                .Select(file => file.Path)
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact] // connections go back to the pool as they are (ServerDatabase): a setting or lock of a session would meet another organization
    [Trait("Security", "SEC-260")]
    public void Statements_change_nothing_of_a_session()
    {
        string[] dedicated =
        [
            "Platform/Database/Migrator.cs",
            "Keys/DataProtection/DataProtectionStart.cs",
            "Platform/Notifications/Notifications.cs",
        ];
        var wrong = Sources()
            .Where(file => !dedicated.Any(allowed => file.Path.EndsWith(allowed, StringComparison.Ordinal)))
            .SelectMany(file => SessionStatement().Matches(file.Text).Select(match => $"{file.Path}: {match.Value}"));
        Assert.Empty(wrong);
    }

    [Theory] // the rule itself
    [InlineData("SELECT set_config('app.organization', @o, false)", true)]
    [InlineData("SELECT set_config('app.organization', @organization::text, true)", false)]
    [InlineData("SET app.organization = 'x'", true)]
    [InlineData("SELECT pg_advisory_lock(1)", true)]
    [InlineData("SELECT pg_advisory_xact_lock(1)", false)]
    [InlineData("CREATE TEMP TABLE t ()", true)]
    [InlineData("LISTEN changes", true)]
    public void Knows_a_statement_that_would(string sql, bool would) => Assert.Equal(would, SessionStatement().IsMatch('"' + sql + '"'));

    [GeneratedRegex(
        """set_config\([^)]*,\s*false\s*\)|"SET |pg_(try_)?advisory_(lock|unlock)|CREATE TEMP|"LISTEN |DECLARE \w+ CURSOR WITH HOLD"""
    )]
    private static partial Regex SessionStatement();

    [Fact]
    [Trait("Security", "SEC-289")]
    public void No_code_switches_the_check_of_certificates_off()
    {
        var wrong = Sources()
            .SelectMany(file =>
                (
                    (string[])
                        [
                            "RemoteCertificateValidationCallback",
                            "ServerCertificateCustomValidationCallback",
                            "DangerousAcceptAny",
                            "Trust Server Certificate",
                            "TrustServerCertificate",
                            "AllowUnknownCertificateAuthority",
                            "VerificationFlags",
                        ]
                )
                    .Where(word => file.Text.Contains(word, StringComparison.Ordinal))
                    .Select(word => $"{file.Path}: {word}")
            );
        Assert.Empty(wrong);
        // The one place that turns encryption off speaks to a socket file of this machine.
        Assert.Equal(
            ["src/Anteroom.Server/Platform/EmbeddedPostgres/Postmaster.cs"],
            Sources().Where(file => file.Text.Contains("SslMode.", StringComparison.Ordinal)).Select(file => file.Path)
        );
    }

    [Fact] // one factory for all outbound calls (SEC-300), so that no call escapes its limits
    [Trait("Security", "SEC-300")]
    [Trait("Security", "SEC-301")]
    public void Nothing_goes_out_but_by_the_one_way()
    {
        var wrong = Sources()
            .Where(file => OwnWayOut().IsMatch(file.Text))
            .Select(file => file.Path)
            .Where(path => path != "src/Anteroom.Entra/Outbound/OutboundConnections.cs");
        Assert.Empty(wrong);
        // DNS speaks another protocol: whom it asks is the operator's setting, and one file opens the sockets.
        Assert.Equal(
            ["src/Anteroom.Entra/Outbound/OutboundConnections.cs", "src/Anteroom.Server/Platform/Dns/DnsConversation.cs"],
            Sources()
                .Where(file => file.Text.Contains("new Socket(", StringComparison.Ordinal))
                .Select(file => file.Path)
                .Order(StringComparer.Ordinal)
        );
        // Mail speaks another protocol: where it goes is the operator's setting, and one file opens the connection.
        Assert.Equal(
            ["src/Anteroom.Server/Platform/Mail/FolderTransport.cs", "src/Anteroom.Server/Platform/Mail/SmtpTransport.cs"],
            Sources()
                .Where(file => file.Text.Contains("new SmtpClient", StringComparison.Ordinal))
                .Select(file => file.Path)
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    [Trait("Security", "SEC-365")]
    public void Queues_have_a_length_and_what_is_kept_by_key_a_size()
    {
        Assert.DoesNotContain(Sources(), file => file.Text.Contains("CreateUnbounded", StringComparison.Ordinal));
        // Whoever keeps things by key compares their number with a bound, unless there can be no more than something else of ours.
        Dictionary<string, string> bounded = new()
        {
            ["src/Anteroom.Server/Audit/FreshRows.cs"] = "one entry for each organization that exists",
            ["src/Anteroom.Server/Keys/Signing/SigningKeys.cs"] = "the keys that are published",
            ["src/Anteroom.Server/Platform/Notifications/Notifications.cs"] = "the channels of our own code",
        };
        var holders = Sources().Where(file => Collection().IsMatch(file.Text)).ToList();
        Assert.True(holders.Count >= bounded.Count);
        Assert.Empty(bounded.Keys.Except(holders.Select(file => file.Path)));
        Assert.Empty(holders.Where(file => !bounded.ContainsKey(file.Path) && !Bound().IsMatch(file.Text)).Select(file => file.Path));
    }

    [Fact] // Time is decided by TimeProvider; the database's clock only says when it recorded something and protects the retention.
    [Trait("Security", "SEC-342")]
    public void Sql_never_decides_validity_by_its_own_clock()
    {
        var wrong = Sources()
            .SelectMany(file => SqlClock().Matches(file.Text).Select(match => (file.Path, match.Value)))
            .Where(found => !found.Path.EndsWith("Platform/Observability/Readiness.cs", StringComparison.Ordinal))
            .Where(found => !found.Path.EndsWith("Platform/Observability/Heartbeat.cs", StringComparison.Ordinal));
        Assert.Empty(wrong);
    }

    [Fact] // JSON is read by readers that count depth; what descends by itself says how deep
    [Trait("Security", "SEC-366")]
    public void Whatever_descends_into_input_counts_its_depth()
    {
        List<string> wrong = [];
        foreach (var (path, text) in Sources())
        foreach (Match method in Method().Matches(text))
        {
            var name = method.Groups[1].Value;
            var body = BodyAfter(text, method.Index + method.Length);
            if (!Regex.IsMatch(body, $@"(?<![\w.]|new ){name}\(", RegexOptions.None, TimeSpan.FromSeconds(30)))
                continue;
            if (!method.Value.Contains("depth", StringComparison.OrdinalIgnoreCase) && !Overloads(text, name))
                wrong.Add($"{path}: {name}");
        }
        Assert.Empty(wrong);
    }

    private static bool Overloads(string text, string name) =>
        Regex.Count(text, $@"\s{name}(?:<\w+>)?\([^)]*\)\s*(?:where[^{{]*)?(?:=>|\{{|\n)", RegexOptions.None, TimeSpan.FromSeconds(30)) > 1;

    private static string BodyAfter(string text, int from)
    {
        var rest = text[from..];
        if (rest.TrimStart().StartsWith("=>", StringComparison.Ordinal))
            return rest[..Math.Max(0, rest.IndexOf(';', StringComparison.Ordinal))];
        var depth = 0;
        for (var at = 0; at < rest.Length; at++)
        {
            if (rest[at] == '{')
                depth++;
            else if (rest[at] == '}' && --depth == 0)
                return rest[..at];
            else if (rest[at] == ';' && depth == 0)
                return "";
        }
        return rest;
    }

    private static IEnumerable<(string Path, string Text)> Sources() => Product.SelectMany(folder => SourceTree.Files(folder, ".cs"));

    /// <summary>No repetition without bound, except of one class at the end of the pattern.</summary>
    private static bool IsLinear(string pattern)
    {
        var unbounded = Unbounded().Matches(pattern);
        return unbounded.Count == 0
            || (
                unbounded.Count == 1
                && unbounded[0].Index + unbounded[0].Length >= pattern.TrimEnd('$').Length
                && pattern[unbounded[0].Index - 1] != ')'
            );
    }

    [GeneratedRegex(@"new Regex\(|Regex\.(?:IsMatch|Match|Matches|Replace|Split|Count)\(")]
    private static partial Regex NewRegex();

    [GeneratedRegex("""\[GeneratedRegex\(\s*@?"+([^"]*)"+[^\]]*?\)\]""")]
    private static partial Regex Generated();

    [GeneratedRegex(@"(?<!\\)[*+]|\{\d+,\}")]
    private static partial Regex Unbounded();

    [GeneratedRegex(@"Reveal\(\)\s*(?:==|!=)|(?:==|!=)\s*\w+\.Reveal\(\)|Reveal\(\)\.Equals\(|Reveal\(\)\.SequenceEqual")]
    private static partial Regex RevealedComparison();

    [GeneratedRegex(@"\w*(?:[Hh]ash|[Ss]ha256|[Ss]ecret|[Tt]oken|[Vv]erifier)\w*(?:\(\))?(?:\.AsSpan\(\))?\.SequenceEqual\(")]
    private static partial Regex HashComparison();

    [GeneratedRegex(@"new (?:HttpClient|SocketsHttpHandler|HttpClientHandler|TcpClient|WebClient)\b")]
    private static partial Regex OwnWayOut();

    [GeneratedRegex(@"ConcurrentDictionary<.*_\w+ = new|MemoryCache|ConcurrentQueue<|ConcurrentBag<")]
    private static partial Regex Collection();

    [GeneratedRegex(@"\.Count >= (?:Max|Most|[Cc]apacity)")]
    private static partial Regex Bound();

    [GeneratedRegex(
        @"\bnow\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\)|transaction_timestamp\(\)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex SqlClock();

    [GeneratedRegex(@"(?:private|internal|public)\s+(?:static\s+)?(?:async\s+)?[\w<>?\[\], ]+?\s(\w+)\([^)]*\)(?=\s*(?:=>|\{))")]
    private static partial Regex Method();
}
