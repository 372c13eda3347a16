using System.Globalization;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>Certificates &amp; secrets, tab "Client secrets". A secret's value is in the answer to its making and nowhere else.</summary>
internal static class SecretEndpoints
{
    private const int MostMonths = 24;

    public static void Map(RouteGroupBuilder registration)
    {
        var page = registration.MapGroup("/secrets");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null, null));
        page.MapPost("", AddAsync);
        page.MapPost("/remove", RemoveAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem, NewSecret? made) =>
        call.ShowAsync<SecretsPage>(
            new
            {
                View = call.View("secrets", problem),
                call.Now,
                NewId = made?.Credential.KeyId,
                NewValue = made?.SecretText,
            }
        );

    private static Task<IResult> AddAsync(PortalCall call)
    {
        var end = End(call);
        if (end is null || end <= call.Now || end > call.Now.AddMonths(MostMonths).AddDays(1))
            return ShowAsync(call, PortalCall.Refusal("until", "Secrets.BadEnd"), null);
        var made = call.Editor.AddSecret(call.Application, call.Given("description") ?? Texts.Get("Secrets.Unnamed"), null, end);
        return ShowAsync(call, null, made);
    }

    /// <summary>A number of months, or "Custom" with a date.</summary>
    private static DateTimeOffset? End(PortalCall call)
    {
        if (call.Text("months") != "custom")
            return
                int.TryParse(call.Text("months"), NumberStyles.None, CultureInfo.InvariantCulture, out var months)
                && months is > 0 and <= MostMonths
                ? call.Now.AddMonths(months)
                : null;
        return DateTimeOffset.TryParseExact(
            call.Text("until"),
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var date
        )
            ? date
            : null;
    }

    private static Task<IResult> RemoveAsync(PortalCall call)
    {
        return call.ChangeAsync(
            known => known.WithoutSecret(call.IdIn("keyId")),
            "",
            "secrets",
            (again, problem) => ShowAsync(again, problem, null)
        );
    }
}
