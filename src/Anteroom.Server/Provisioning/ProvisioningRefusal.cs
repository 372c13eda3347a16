namespace Anteroom.Server.Provisioning;

/// <summary>Why an account was not made or changed: a reason code and, where it helps, one sentence. The transaction can still be used.</summary>
public sealed record ProvisioningRefusal(string Code, string? Detail = null)
{
    /// <summary>What it is about, by the name of the API's member or of the attribute; null where it is about the whole.</summary>
    public string? Member { get; init; }
}

/// <summary>The account after facts were applied.</summary>
/// <param name="Created">Whether it is new; of many first sign-ins at once exactly one says so (SEC-072).</param>
public sealed record ProvisionedUser(User User, bool Created, Changes Changes)
{
    /// <summary>Whether an identity was added to an account that there was before.</summary>
    public bool Linked { get; init; }
}
