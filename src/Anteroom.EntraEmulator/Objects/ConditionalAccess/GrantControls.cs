namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>What a policy asks for.</summary>
public sealed record GrantControls
{
    public const string Block = "block";
    public const string Mfa = "mfa";

    /// <summary><c>OR</c> or <c>AND</c>.</summary>
    public string Operator { get; init; } = "OR";

    /// <summary><c>block</c>, <c>mfa</c>, <c>compliantDevice</c>, <c>domainJoinedDevice</c>, <c>passwordChange</c>.</summary>
    public IReadOnlyList<string> BuiltInControls { get; init; } = [];
}
