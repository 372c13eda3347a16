namespace Anteroom.Server.Console.Frame;

/// <summary>How a field is asked for.</summary>
internal enum FieldKind
{
    Text,
    Email,
    Number,

    /// <summary>A day, as <c>2027-05-31</c>, or nothing.</summary>
    Day,

    /// <summary>Several lines; what is on them is compared line by line.</summary>
    Area,

    /// <summary>One of its options.</summary>
    Choice,

    /// <summary>Any of its options; the value holds them with spaces between.</summary>
    Choices,

    /// <summary>On or off: <see cref="Field.On"/> or nothing.</summary>
    Switch,

    /// <summary>A colour, <c>#rrggbb</c>; there is always one.</summary>
    Colour,

    /// <summary>Never shown again; empty leaves what is kept.</summary>
    Secret,
}

/// <summary>One question of a form.</summary>
/// <param name="Name">In the form, and in refusals that are about it.</param>
/// <param name="Label">In the reader's words.</param>
/// <param name="Value">What is there, or what was typed.</param>
internal sealed record Field(string Name, string Label, string Value)
{
    /// <summary>The value of a <see cref="FieldKind.Switch"/> that is on.</summary>
    public const string On = "on";

    public FieldKind Kind { get; init; } = FieldKind.Text;

    /// <summary>What to know before answering.</summary>
    public string? Help { get; init; }

    /// <summary>What is wrong with the answer; null where nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>Why it cannot be changed here; null where it can.</summary>
    public string? Locked { get; init; }

    public bool Required { get; init; }

    /// <summary>Characters, as the server counts them.</summary>
    public int Longest { get; init; } = 256;

    /// <summary>Values with their words, for choices.</summary>
    public IReadOnlyList<(string Value, string Text)> Options { get; init; } = [];

    /// <summary>What the row is called that it stands in, beside others of the same row; null where it has a line of its own.</summary>
    public string? Row { get; init; }

    /// <summary>Under which words it stands with its neighbours; null where it stands for itself.</summary>
    public FormSection? Section { get; init; }

    /// <summary>Which of the form's lists is offered while typing; null offers nothing.</summary>
    public string? List { get; init; }

    /// <summary>The label where the field stands alone.</summary>
    public string Title => Row is null ? Label : $"{Row}: {Label}";

    /// <summary>A name or address: no capital letter and no spelling is put right while typing.</summary>
    public bool Verbatim { get; init; }

    /// <summary>Whether what is kept is none of the options any more: a browser would take the first in its place, and whoever saves something else would change it.</summary>
    public bool IsOther => Kind == FieldKind.Choice && Value.Length > 0 && Options.All(option => option.Value != Value);

    public bool Has(string option) => Value.Split(' ').Contains(option, StringComparer.Ordinal);

    /// <summary>The value in the reader's words.</summary>
    public string Told(string value) =>
        Kind is FieldKind.Choice or FieldKind.Choices or FieldKind.Switch
            ? string.Join(", ", value.Split(' ').Select(option => Options.FirstOrDefault(known => known.Value == option).Text ?? option))
            : value;
}
