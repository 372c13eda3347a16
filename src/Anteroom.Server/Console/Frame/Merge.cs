namespace Anteroom.Server.Console.Frame;

/// <summary>Where one of two edits is taken: by the form if nobody says otherwise.</summary>
internal enum MergePick
{
    /// <summary>Both edits changed it: somebody has to choose.</summary>
    Open,

    /// <summary>Only the other one changed it.</summary>
    Theirs,

    /// <summary>Only this edit changed it.</summary>
    Mine,
}

/// <summary>A field that two people wrote.</summary>
/// <param name="Field">With what is kept now as its value.</param>
internal sealed record MergeField(Field Field, string Was, string Mine, MergePick Pick)
{
    public string Theirs => Field.Value;
}

/// <summary>Finds what somebody else changed while a form was open: nothing is overwritten silently.</summary>
internal static class Merge
{
    /// <param name="fields">The form's, with what is kept now.</param>
    /// <param name="seen">What the form was filled with.</param>
    /// <param name="typed">What it came back with.</param>
    /// <returns>The fields that have to be looked at; none where nobody else changed anything.</returns>
    public static IReadOnlyList<MergeField> Of(IReadOnlyList<Field> fields, FormValues seen, FormValues typed)
    {
        var open = fields.Where(field => field.Locked is null && field.Kind != FieldKind.Secret).ToList();
        if (open.All(field => field.Value == seen[field.Name]))
            return [];
        return
        [
            .. open.Where(field => field.Value != typed[field.Name])
                .Select(field => new MergeField(
                    field,
                    seen[field.Name],
                    typed[field.Name],
                    field.Value == seen[field.Name] ? MergePick.Mine
                        : typed[field.Name] == seen[field.Name] ? MergePick.Theirs
                        : MergePick.Open
                )),
        ];
    }
}

/// <summary>Asks whoever was second which of two values shall be.</summary>
/// <param name="Form">The form that came back, filled with what is kept now.</param>
/// <param name="Fields">What differs.</param>
internal sealed record MergePage(ConsoleFrame Frame, FormPage Form, IReadOnlyList<MergeField> Fields) : IConsolePage;
