namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>How often people sign in anew (entra-oidc.md §9.5).</summary>
/// <param name="Type"><c>hours</c> or <c>days</c>.</param>
public sealed record SignInFrequency(int Value, string Type, bool IsEnabled = true)
{
    public TimeSpan Period => Type == "days" ? TimeSpan.FromDays(Value) : TimeSpan.FromHours(Value);
}
