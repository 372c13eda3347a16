using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Server.SignIn.Transactions;

/// <summary>Writes times in one length (ISO 8601, UTC, seven decimals), so that what a cookie holds weighs the same at every moment (SEC-042).</summary>
/// <remarks>Reads any ISO 8601 time. The usual form leaves out zeros at the end.</remarks>
internal sealed class EvenTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
}
