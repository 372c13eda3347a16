namespace Anteroom.Server.Federation.Applications;

/// <summary>How the enumerations of an application are written in the database, the API and the metadata.</summary>
public static class ApplicationSpelling
{
    public static string Spell(this ClientKind kind) =>
        kind switch
        {
            ClientKind.Confidential => "confidential",
            ClientKind.Public => "public",
            _ => "native",
        };

    public static ClientKind? ClientKindOf(string? text) =>
        text switch
        {
            "confidential" => ClientKind.Confidential,
            "public" => ClientKind.Public,
            "native" => ClientKind.Native,
            _ => null,
        };

    public static string Spell(this ClientAuthentication method) =>
        method switch
        {
            ClientAuthentication.ClientSecretBasic => "client_secret_basic",
            ClientAuthentication.ClientSecretPost => "client_secret_post",
            ClientAuthentication.PrivateKeyJwt => "private_key_jwt",
            _ => "none",
        };

    public static ClientAuthentication? ClientAuthenticationOf(string? text) =>
        text switch
        {
            "client_secret_basic" => ClientAuthentication.ClientSecretBasic,
            "client_secret_post" => ClientAuthentication.ClientSecretPost,
            "private_key_jwt" => ClientAuthentication.PrivateKeyJwt,
            "none" => ClientAuthentication.None,
            _ => null,
        };

    public static string Spell(this SubjectType type) => type == SubjectType.Pairwise ? "pairwise" : "public";

    public static SubjectType? SubjectTypeOf(string? text) =>
        text switch
        {
            "public" => SubjectType.Public,
            "pairwise" => SubjectType.Pairwise,
            _ => null,
        };
}
