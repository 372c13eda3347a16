using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary><c>Application.ReadWrite.OwnedBy</c> alone is for what the calling application owns.</summary>
internal sealed class OwnApplications(EntraDirectory directory)
{
    public void Check(GraphCaller caller, Guid objectId)
    {
        if (!caller.IsAppOnly || caller.HasAny("Application.ReadWrite.All", "Directory.ReadWrite.All"))
            return;
        if (directory.Ownerships.Find(new Ownership(objectId, caller.Principal.Id).Key) is null)
            throw new GraphRefusal(GraphError.Denied);
    }
}
