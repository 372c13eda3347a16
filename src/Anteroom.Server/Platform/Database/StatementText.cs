using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Anteroom.Server.Platform.Database;

/// <summary>The text of a statement with numbers where we write names (<c>@user</c> is <c>$1</c>), found once for each text; the driver would look for them each time.</summary>
internal sealed class StatementText
{
    private static readonly ConcurrentDictionary<string, StatementText> Known = new(StringComparer.Ordinal);

    private StatementText(string sql, string[] names) => (Sql, Names) = (sql, names);

    /// <summary>As PostgreSQL takes it.</summary>
    public string Sql { get; }

    /// <summary>Names of the parameters by their numbers; each once.</summary>
    public IReadOnlyList<string> Names { get; }

    public static StatementText Of(string sql) => Known.GetOrAdd(sql, Read);

    private static StatementText Read(string sql)
    {
        var text = new StringBuilder(sql.Length);
        List<string> names = [];
        for (var i = 0; i < sql.Length; i++)
        {
            if (sql[i] == '\'') // a literal; '' in it closes one and opens the next
            {
                var end = sql.IndexOf('\'', i + 1);
                if (end < 0)
                    throw new ArgumentException("A literal in a statement has no end.", nameof(sql));
                text.Append(sql, i, end - i + 1);
                i = end;
                continue;
            }
            var length = sql[i] == '@' ? NameAt(sql, i + 1) : 0;
            if (length == 0)
            {
                text.Append(sql[i]);
                continue;
            }
            var name = sql.Substring(i + 1, length);
            if (!names.Contains(name, StringComparer.Ordinal))
                names.Add(name);
            text.Append('$').Append((names.IndexOf(name) + 1).ToString(CultureInfo.InvariantCulture));
            i += length;
        }
        return new(text.ToString(), [.. names]);
    }

    // Operators such as <@ and @> are followed by no letter.
    private static int NameAt(string sql, int start)
    {
        var end = start;
        while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_'))
            end++;
        return end - start;
    }
}
