namespace Anteroom.Protocols.OAuth;

/// <summary>Why a metadata document was refused.</summary>
public sealed record ProviderMetadataError
{
    private ProviderMetadataError(string code, string reason) => (Code, Reason) = (code, reason);

    public string Code { get; }
    public string Reason { get; }

    internal static ProviderMetadataError Malformed(string reason) => new("malformed", reason);

    internal static ProviderMetadataError Missing(string member) => new("missing", $"The document has no {member}.");

    internal static ProviderMetadataError WrongType(string member) => new("wrong_type", $"The member {member} has the wrong JSON type.");

    internal static ProviderMetadataError NotAbsolute(string member) =>
        new("not_absolute", $"The member {member} is not an absolute http or https address without user and fragment.");
}
