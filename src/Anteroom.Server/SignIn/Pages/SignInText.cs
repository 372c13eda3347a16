namespace Anteroom.Server.SignIn.Pages;

/// <summary>Names the text of the sign-in pages: <c>SignInText.resx</c>, and <c>SignInText.de.resx</c> and its like for translations.</summary>
public sealed class SignInText;
