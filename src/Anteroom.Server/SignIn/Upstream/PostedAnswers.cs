using System.Text.Json.Serialization;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Transactions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Answers that a provider's page posts from another site (OAuth 2.0 Form Post Response Mode). No cookie of ours travels with such a request.</summary>
/// <remarks>
/// So nothing is decided there: the answer is sealed into a row, and the browser goes on with a GET of the same address, which carries its
/// cookies (SEC-003, docs/decisions/0020). The handle counts once, and without the transaction's cookie it is worth nothing.
/// </remarks>
internal sealed class PostedAnswers(StoredRequests stored, IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Prefix = "pa";

    /// <summary>Query parameter of the GET.</summary>
    public const string Field = "answer";

    /// <summary>From one redirect to the next: 60 seconds, for slow networks.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private const string ContentType = "application/x-www-form-urlencoded";
    private const int LongestDescription = 64; // its AADSTS code stands at its beginning

    private static readonly string[] Known =
    [
        "state",
        "code",
        "id_token",
        "access_token",
        "iss",
        "error",
        "error_subcode",
        "error_description",
    ];

    private readonly SealedJson<Dictionary<string, string>> _sealed = new(
        protection,
        "Anteroom.SignIn.PostedAnswer.v1",
        PostedAnswerJson.Default.DictionaryStringString
    );

    /// <summary>Whether the body is of the one type that such an answer has (SEC-067).</summary>
    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase);

    /// <returns>Null where the form is larger than a form may be, or broken.</returns>
    public static async Task<IFormCollection?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        request.ContentType = ContentType; // in UTF-8, whatever charset it names
        try
        {
            return await request.ReadFormAsync(ct);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <returns>Null when this network has stored its share.</returns>
    public Task<Handle?> KeepAsync(HttpContext http, OrganizationId owner, IFormCollection form, CancellationToken ct)
    {
        var parts = Known
            .Where(form.ContainsKey)
            .ToDictionary(name => name, name => name == "access_token" ? "" : Cut(name, form[name].ToString()));
        return stored.StoreAsync(http, Handle.New(Prefix, owner), _sealed.Seal(parts), Lifetime, ct);
    }

    /// <summary>Null for a handle that is unknown, spent, too old or of another address.</summary>
    public async Task<IEnumerable<KeyValuePair<string, StringValues>>?> TakeAsync(
        OrganizationId owner,
        string? text,
        CancellationToken ct
    ) =>
        Handle.TryParse(Prefix, text, out var handle)
        && handle.Organization == owner
        && await stored.TakeAsync(handle, clock.GetUtcNow(), ct) is { } bytes
            ? _sealed.Open(bytes)?.Select(part => KeyValuePair.Create(part.Key, new StringValues(part.Value)))
            : null;

    private static string Cut(string name, string value) =>
        name == "error_description" && value.Length > LongestDescription ? value[..LongestDescription] : value;
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class PostedAnswerJson : JsonSerializerContext;
