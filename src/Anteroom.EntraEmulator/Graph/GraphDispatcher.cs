using System.Globalization;
using Anteroom.EntraEmulator.Graph.OData;
using Anteroom.EntraEmulator.Graph.Resources;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Finds the endpoint of a call, checks permission and limits, and lets it answer.</summary>
internal sealed class GraphDispatcher
{
    private readonly EntraDirectory _directory;
    private readonly Throttle _throttle;
    private readonly GraphRoutes _routes = new();

    public GraphDispatcher(EntraDirectory directory, Throttle throttle, IEnumerable<IGraphResource> resources)
    {
        (_directory, _throttle) = (directory, throttle);
        foreach (var resource in resources)
            resource.Map(_routes);
    }

    public GraphReply Handle(GraphCall call, GraphCaller caller, CallContext context)
    {
        try
        {
            return call.RawPath.Equals("$batch", StringComparison.OrdinalIgnoreCase)
                ? GraphBatch.Handle(call, part => Handle(part, caller, context))
                : Answer(call, caller, context);
        }
        catch (GraphRefusal refused)
        {
            return Refuse(refused.Error, context.At, context.RequestId, context.ClientRequestId);
        }
    }

    public static GraphReply Refuse(GraphError error, DateTimeOffset at, Guid requestId, string clientRequestId) =>
        new(error.Status, error.Body(at, requestId, clientRequestId))
        {
            Headers = error.Challenge is null
                ? new Dictionary<string, string>()
                : new Dictionary<string, string> { ["WWW-Authenticate"] = error.Challenge },
        };

    private GraphReply Answer(GraphCall call, GraphCaller caller, CallContext context)
    {
        var path = GraphPath.Parse(call.RawPath);
        var isOwn = path.Segments is ["me", ..];
        if (isOwn)
        {
            if (caller.User is null)
                throw new GraphRefusal(GraphError.Delegated);
            path = path with { Segments = ["users", caller.User.Id.ToString(), .. path.Segments.Skip(1)] };
        }
        var (route, keys) = _routes.Find(call.Method, path);
        var request = new GraphRequest(
            call.Method,
            path,
            call.RawPath,
            new ODataOptions(call.Query),
            call.Headers,
            call.Body,
            caller,
            context.BaseUrl,
            context.IpAddress
        )
        {
            Keys = keys,
        };

        var units = Throttle.UnitsOf(request, route);
        if (_throttle.Take(request, units, context.At, context.RequestId) is { } throttled)
            return throttled;
        var isOnOneself = isOwn || (caller.User is { } user && keys.GetValueOrDefault("id") is { } key && IsSame(user, key));
        if (!route.Access.Allows(_directory, caller, isOnOneself))
            throw new GraphRefusal(GraphError.Denied);

        var reply = route.Handle(request);
        return reply with
        {
            Headers = new Dictionary<string, string>(reply.Headers)
            {
                ["x-ms-resource-unit"] = units.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private static bool IsSame(User user, string key) =>
        key.Equals(user.Id.ToString(), StringComparison.OrdinalIgnoreCase)
        || key.Equals(user.UserPrincipalName, StringComparison.OrdinalIgnoreCase);
}
