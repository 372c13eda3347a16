using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Server.Platform.Web;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Anteroom.Server.Mail;

/// <summary>Mails to people: settings of the installation, the queue, and the one way out.</summary>
public static class MailFeature
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => PageLanguages.Beside(AppContext.BaseDirectory, typeof(MailFeature).Assembly.GetName().Name!));
        return services
            .AddSingleton<MailSettingsStore>()
            .AddSingleton<MailWays>()
            .AddSingleton<MailRenderer>()
            .AddSingleton<Mailer>()
            .AddSingleton<TestMail>()
            .AddSingleton<DeliverMail>()
            .AddSingleton<IOutboxHandler>(provider => provider.GetRequiredService<DeliverMail>());
    }
}
