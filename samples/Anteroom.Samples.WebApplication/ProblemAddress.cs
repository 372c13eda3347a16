using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Samples.WebApplication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Samples.WebApplication;

/// <summary>Carries a problem to its page inside the address, sealed, so that nobody can make a link that puts words of their own on our page.</summary>
public sealed class ProblemAddress(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("problem");

    public string For(SignInException problem) =>
        "/problem?about=" + _protector.Protect(JsonSerializer.Serialize(new Problem(problem.Code, problem.Message)));

    public Problem? Read(string? about)
    {
        try
        {
            return string.IsNullOrEmpty(about) ? null : JsonSerializer.Deserialize<Problem>(_protector.Unprotect(about));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>What came back in place of a sign-in.</summary>
public sealed record Problem(string Error, string Description);
