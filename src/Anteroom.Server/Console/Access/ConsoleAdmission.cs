using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Server.Console.Access;

/// <summary>Who may enter the console (SEC-265): somebody whose role may see something there, and who has proven more than one factor.</summary>
internal static class ConsoleAdmission
{
    /// <returns>The reason of the refusal, or null.</returns>
    public static string? Refusal(IReadOnlyCollection<string> permissions, Evidence evidence) =>
        permissions.Count == 0 ? ReasonCodes.ConsoleRoleRequired
        : !evidence.SecondFactor ? ReasonCodes.ConsoleSecondFactorRequired
        : null;
}
