using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Server.Api;

/// <summary>How the management API reads and writes JSON: camelCase, words for enums, and no member that it does not know.</summary>
public static class ApiJson
{
    public const int MaxBodyBytes = 64 * 1024;

    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web)
        {
            AllowDuplicateProperties = false,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            MaxDepth = 32,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new PatchedConverter() },
        };
}

/// <summary>A member of a merge-patch (RFC 7396): absent, null, or a value.</summary>
public readonly record struct Patched<T>(T? Value)
{
    /// <summary>False for a member that the patch does not name.</summary>
    public bool IsPresent { get; } = true;
}

internal sealed class PatchedConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Patched<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<Patched<T>>
    {
        public override bool HandleNull => true;

        public override Patched<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<T?>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Patched<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
