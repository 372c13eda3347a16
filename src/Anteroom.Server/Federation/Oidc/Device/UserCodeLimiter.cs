using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>How many codes of devices one network may try in a minute on this node (RFC 8628 §5.1): counted before a code is looked at, right or wrong.</summary>
public sealed class UserCodeLimiter(AnteroomOptions options) : NetworkLimiter(options.DeviceCodesPerMinute);
