using Anteroom.Entra.Requests;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>What the page that redeems in the browser says (SEC-068). Everything of it is the word of a browser, and none of it is shown.</summary>
public abstract record HandedOver
{
    public const string TokenField = "id_token";
    public const string ErrorField = "error";
    public const string CodeField = "aadsts";

    /// <summary>The provider's answer could be read, and was a refusal.</summary>
    public const string RefusedError = "refused";

    /// <summary>There was no answer that a page of another origin may read.</summary>
    public const string UnreadableError = "unreadable";

    private const int LongestToken = 32 * 1024; // more is refused where it is validated, with a better reason

    private HandedOver() { }

    public sealed record Malformed : HandedOver;

    public sealed record Token(string Value) : HandedOver
    {
        /// <summary>An id_token is proof of a sign-in until it expires.</summary>
        public override string ToString() => "[token]";
    }

    /// <param name="Aadsts">Entra's number, where the answer had one.</param>
    public sealed record Refused(AadstsCode? Aadsts) : HandedOver;

    public sealed record Unreadable : HandedOver;

    public static HandedOver Read(IFormCollection form)
    {
        if (form.Any(field => field.Value.Count > 1))
            return new Malformed(); // SEC-015
        var (token, error) = (form[TokenField].ToString(), form[ErrorField].ToString());
        return (token.Length, error) switch
        {
            (> 0 and <= LongestToken, "") => new Token(token),
            (0, RefusedError) => new Refused(AadstsCode.Parse($"AADSTS{form[CodeField]}:")),
            (0, UnreadableError) => new Unreadable(),
            _ => new Malformed(),
        };
    }
}
