namespace Anteroom.Server.Audit;

/// <summary>What kind of being did it.</summary>
public enum ActorKind
{
    User,
    ApiKey,
    Application,
    System,
    Anonymous,
    OwnerLink,
}

/// <summary>Who did it. The row keeps the id alone; the name goes to a table from which it can be erased (SEC-326).</summary>
public sealed record Actor(ActorKind Kind, Guid? Id, string? Name)
{
    /// <summary>The server itself: scheduled work, start-up.</summary>
    public static Actor System { get; } = new(ActorKind.System, null, null);

    /// <summary>Somebody who has not proven who they are.</summary>
    public static Actor Anonymous { get; } = new(ActorKind.Anonymous, null, null);
}
