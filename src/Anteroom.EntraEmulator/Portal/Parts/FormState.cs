namespace Anteroom.EntraEmulator.Portal.Parts;

/// <summary>What the fields of a form need to know: whether it was just refused, and then what was typed.</summary>
public sealed record FormState(PortalView View, bool WasRefused)
{
    public string? Value(string name, string? value) => WasRefused && View.Typed is { } typed ? typed[name].ToString() : value;

    public bool IsChecked(string name, string value, bool given) =>
        WasRefused && View.Typed is { } typed ? typed[name].Contains(value) : given;

    public string? Problem(string name) => WasRefused && View.Problem is { } problem && problem.Field == name ? problem.Text : null;
}
