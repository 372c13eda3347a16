using System.Text.Json.Serialization;

namespace Anteroom.Server.SignIn.Transactions;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Converters = [typeof(EvenTime)])]
[JsonSerializable(typeof(SignInTransaction))]
[JsonSerializable(typeof(SignOut.PendingSignOut))]
internal sealed partial class TransactionJson : JsonSerializerContext;
