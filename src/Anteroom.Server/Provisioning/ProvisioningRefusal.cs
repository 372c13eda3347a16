namespace Anteroom.Server.Provisioning;

/// <summary>Why an account was not made or changed: a reason code and, where it helps, one sentence. The transaction can still be used.</summary>
public sealed record ProvisioningRefusal(string Code, string? Detail = null);

/// <summary>The account after facts were applied.</summary>
/// <param name="Created">Whether it is new; of many first sign-ins at once exactly one says so (SEC-072).</param>
public sealed record ProvisionedUser(User User, bool Created, Changes Changes);
