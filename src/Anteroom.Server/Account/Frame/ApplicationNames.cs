using Anteroom.Server.Account.Access;
using Anteroom.Server.Federation.Applications;
using Microsoft.Extensions.Localization;

namespace Anteroom.Server.Account.Frame;

/// <summary>How people know what they signed in to.</summary>
internal sealed class ApplicationNames(ApplicationStore applications, IStringLocalizer<AccountText> text)
{
    /// <summary>The console signs people in under that name.</summary>
    private const string Console = "console";

    /// <summary>Of each client that is named; one that is gone is called by its client_id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IEnumerable<string?> clients, CancellationToken ct)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (var client in clients.OfType<string>().Distinct(StringComparer.Ordinal))
            names[client] = client switch
            {
                AccountSignIn.ProtocolName => text["Application.Account"],
                Console => text["Application.Console"],
                _ => (await applications.FindByClientIdAsync(client, ct))?.Name ?? client,
            };
        return names;
    }
}
