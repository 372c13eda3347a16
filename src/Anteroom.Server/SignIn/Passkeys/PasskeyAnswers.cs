using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.SignIn.Passkeys;

/// <summary>What the script of a passkey's form is answered: options for the authenticator, or a code of the catalogue.</summary>
public static class PasskeyAnswers
{
    private const string Json = "application/json";

    public static IResult Options(string json) => Results.Text(json, Json);

    public static IResult Refused(string reason) =>
        Results.Text($$"""{"code":"{{reason}}"}""", Json, statusCode: ReasonCatalogue.Get(reason).Status);
}
