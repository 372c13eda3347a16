using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Console.Frame;

/// <summary>A page that asks. With faults it comes back as it was typed, each fault beside its field.</summary>
/// <param name="Submit">Words of the button; the main action of the page.</param>
/// <param name="Cancel">Where who changes their mind goes.</param>
internal sealed record FormPage(ConsoleFrame Frame, IReadOnlyList<Field> Fields, string Submit, string Cancel) : IConsolePage
{
    /// <summary>Asks back before something is done that does not come back by itself.</summary>
    /// <param name="consequences">What follows from doing it.</param>
    public static FormPage Question(ConsoleFrame frame, string submit, string cancel, params IReadOnlyList<string> consequences) =>
        new(frame, [], submit, cancel) { Consequences = consequences, IsDangerous = true };

    public string? Lead { get; init; }

    /// <summary>Values that fields offer while typing, by the name of the list, each with a remark.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<(string Value, string Text)>> Lists { get; init; } =
        new Dictionary<string, IReadOnlyList<(string, string)>>();

    /// <summary>The fields as they stand: one alone, or several in a row.</summary>
    public IEnumerable<IReadOnlyList<Field>> Lines
    {
        get
        {
            var line = new List<Field>();
            foreach (var one in Fields)
            {
                if (line.Count > 0 && (one.Row is null || line[0].Row != one.Row))
                {
                    yield return line;
                    line = [];
                }
                line.Add(one);
            }
            if (line.Count > 0)
                yield return line;
        }
    }

    /// <summary>The lines under the words that they stand under.</summary>
    public IEnumerable<FormBlock> Blocks
    {
        get
        {
            FormBlock? block = null;
            foreach (var line in Lines)
            {
                if (block is not null && block.Section != line[0].Section)
                {
                    yield return block;
                    block = null;
                }
                block = new(line[0].Section, [.. block?.Lines ?? [], line]);
            }
            if (block is not null)
                yield return block;
        }
    }

    /// <summary>What is wrong with the whole.</summary>
    public string? Fault { get; init; }

    /// <summary>What follows from doing it; a page with consequences is a question back.</summary>
    public IReadOnlyList<string> Consequences { get; init; } = [];

    /// <summary>Whether the button takes something away.</summary>
    public bool IsDangerous { get; init; }

    /// <summary>Whether the form tells what it was filled with, so that a change in the meantime is seen (<see cref="Merge"/>).</summary>
    public bool IsEdit { get; init; }

    /// <summary>What the form was first filled with, where it comes back; null where that is what its fields hold.</summary>
    public FormValues? Seen { get; init; }

    /// <summary>Whether there is nothing to send: the caller may only read.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>A second button, which shows what would be without doing it; null where there is none.</summary>
    public FormButton? Preview { get; init; }

    /// <summary>Whether the fault is of what was saved a moment ago: the fields hold nothing that could be lost.</summary>
    public bool IsSaved { get; init; }

    /// <summary>Whether the fault is that nobody has proven lately enough who they are.</summary>
    public bool NeedsProof { get; init; }

    public bool IsFaulty => Fault is not null || Fields.Any(one => one.Fault is not null);
}

/// <param name="Name">Under which the form says that this button was pressed.</param>
internal sealed record FormButton(string Name, string Text);

/// <summary>What a form came back with: by field, or of the whole.</summary>
/// <param name="Member">The field's name; null where the fault is of the whole, or its field is not on the page.</param>
internal sealed record FormFault(string? Member, string Text)
{
    /// <summary>A feature's refusal in words: its own, or those of its reason.</summary>
    public static FormFault Of(string code, string? detail, string? member = null) =>
        new(member, detail ?? ReasonCatalogue.Get(code).Happened);

    /// <summary>Puts the fault beside its field, or above them all.</summary>
    public FormPage On(FormPage page) =>
        page.Fields.Any(field => field.Name == Member)
            ? page with
            {
                Fields = [.. page.Fields.Select(field => field.Name == Member ? field with { Fault = Text } : field)],
            }
            : page with
            {
                Fault = Text,
            };
}
