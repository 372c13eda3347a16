namespace Anteroom.Server.Console.Frame;

/// <summary>What fields of a form stand under together.</summary>
/// <param name="Words">When they count; one sentence.</param>
internal sealed record FormSection(string Title, string Words)
{
    /// <summary>Whether it unfolds when somebody asks for it.</summary>
    public bool Folds { get; init; }

    /// <summary>Whether it is unfolded from the beginning.</summary>
    public bool IsOpen { get; init; }

    /// <summary>What is taken from here to another place.</summary>
    public IReadOnlyList<Copyable> Copyables { get; init; } = [];

    /// <summary>Where there is more about it.</summary>
    public IReadOnlyList<MainAction> More { get; init; } = [];
}

/// <summary>Lines of a form under what they stand under.</summary>
internal sealed record FormBlock(FormSection? Section, IReadOnlyList<IReadOnlyList<Field>> Lines)
{
    /// <summary>A fault is never hidden.</summary>
    public bool IsOpen => Section is { IsOpen: true } || Lines.Any(line => line.Any(one => one.Fault is not null));
}
