namespace Anteroom.Server.Console.Frame;

/// <summary>What somebody wants changed by a form.</summary>
/// <param name="Page">The form as it was typed, to show again with a fault.</param>
/// <param name="Changed">Names of fields that may be changed and were.</param>
internal sealed record Edit(FormPage Page, FormValues Typed, IReadOnlySet<string> Changed)
{
    /// <param name="filled">The form, filled with what is kept.</param>
    /// <param name="page">The form, filled with what was typed.</param>
    public static Edit Of(FormPage filled, FormPage page, FormValues typed) =>
        new(
            page with
            {
                Seen = typed.Seen,
            },
            typed,
            filled.Fields.Where(field => field.Locked is null && field.Value != typed[field.Name]).Select(field => field.Name).ToHashSet()
        );

    /// <summary>Whether the switch is on now; null where it was left.</summary>
    public bool? Switched(string name) => Changed.Contains(name) ? Typed.IsOn(name) : null;
}
