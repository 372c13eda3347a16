namespace Anteroom.Server.SignIn.Pages;

/// <summary>A form that a script shows where the browser has passkeys, fills with the authenticator's answer and sends.</summary>
/// <param name="Options">Where the script asks what to ask the authenticator.</param>
public sealed record PasskeyOffer(PostForm Form, string Options)
{
    /// <summary>The form field that carries the answer.</summary>
    public const string FieldName = "credential";
}
