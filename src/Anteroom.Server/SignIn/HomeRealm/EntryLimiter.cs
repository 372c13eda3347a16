using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.HomeRealm;

/// <summary>How many names one network may try in a minute on this node (HEL-26): the oracle of known names answers slowly.</summary>
public sealed class EntryLimiter(AnteroomOptions options) : NetworkLimiter(options.IdentifyPerMinute);
