using FsCheck;

namespace Anteroom.Tests.Protocols;

internal static class PropertyChecks
{
    private static readonly Config Quiet = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(500);

    /// <summary>Tries 500 random inputs; a failure shows the smallest one found, and the seed to repeat it.</summary>
    public static void Holds(this Property property) => property.Check(Quiet);
}
