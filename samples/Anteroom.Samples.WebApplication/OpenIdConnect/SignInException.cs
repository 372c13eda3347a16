namespace Anteroom.Samples.WebApplication.OpenIdConnect;

/// <summary>A sign-in or token that is refused: the provider's error code or one of ours, and a sentence about it.</summary>
public sealed class SignInException : Exception
{
    public SignInException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    public string Code { get; }
}
