using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Which API an access token is for (RFC 8707): each token for one, so that none of them can use it at another (§3).</summary>
/// <remarks>An authorization request may name several registered resources; each token request picks one of those. Errors: <c>invalid_target</c>.</remarks>
public static class ResourceIndicators
{
    public const string Parameter = "resource";

    /// <summary>What an authorization request names, as the grant keeps it: none, or one space between them.</summary>
    public static Result<RequestedResources, OAuthError> Read(OAuthParameters parameters, Application application)
    {
        var asked = parameters.All(Parameter);
        if (asked.Count == 0)
            return RequestedResources.None;
        return asked.All(application.MayAskFor)
            ? new RequestedResources([.. asked.Distinct(StringComparer.Ordinal)])
            : OAuthError.InvalidTarget("The resource is not registered for this application.");
    }

    /// <summary>The one resource that a token request names, or none.</summary>
    public static Result<RequestedResources, OAuthError> ReadOne(OAuthParameters parameters, Application application) =>
        parameters.All(Parameter).Count > 1
            ? OAuthError.InvalidTarget("Each access token is for one resource; ask for them one by one.")
            : Read(parameters, application);

    /// <summary>The audience of the token that a token request asks for.</summary>
    /// <param name="asked">What the token request names.</param>
    /// <param name="granted">What the authorization request named; none where there was none.</param>
    public static Result<string, OAuthError> Choose(RequestedResources asked, RequestedResources granted, Application application)
    {
        if (asked.Names is [var one])
            return granted.Names.Count == 0 || granted.Names.Contains(one)
                ? one
                : OAuthError.InvalidTarget("The resource was not asked for at authorization.");
        if (granted.Names.Count == 0)
            return application.Audience;
        return granted.Names.FirstOrDefault(application.MayAskFor) is { } first
            ? first
            : OAuthError.InvalidTarget("The resource is not registered for this application any more.");
    }
}

/// <summary>The resources that an authorization request named, in its order.</summary>
public sealed record RequestedResources(IReadOnlyList<string> Names)
{
    public static RequestedResources None { get; } = new([]);

    /// <summary>One space between them: no registered name has one. Null where there are none.</summary>
    public string? Text => Names.Count == 0 ? null : string.Join(' ', Names);

    public static RequestedResources Of(string? text) => text is null ? None : new(text.Split(' '));
}
