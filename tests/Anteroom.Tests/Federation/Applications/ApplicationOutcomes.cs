using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Tests.Federation.Applications;

/// <summary>Unwraps what the registry answers, or fails the test.</summary>
internal static class ApplicationOutcomes
{
    public static T Value<T>(Result<T, ApplicationRefusal> result)
        where T : class
    {
        Assert.True(result.TryGet(out var value, out var refused), refused is null ? "" : string.Join("; ", refused.Errors));
        return value;
    }

    public static ApplicationRefusal Refusal<T>(Result<T, ApplicationRefusal> result)
        where T : class
    {
        Assert.False(result.TryGet(out _, out var refused));
        return refused!;
    }
}
