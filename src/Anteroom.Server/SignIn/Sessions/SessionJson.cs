using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Server.SignIn.Sessions;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Evidence))]
internal sealed partial class SessionJson : JsonSerializerContext;
