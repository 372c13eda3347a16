namespace Anteroom.EntraEmulator.Portal.Registrations;

/// <summary>Manifest: the whole registration as JSON, read and written.</summary>
internal static class ManifestEndpoints
{
    public static void Map(RouteGroupBuilder registration)
    {
        registration.MapGet("/manifest", (PortalCall call) => ShowAsync(call, null));
        registration.MapPost("/manifest", SaveAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<ManifestPage>(new { View = call.View("manifest", problem), Text = Manifest.Write(call.Application) });

    private static Task<IResult> SaveAsync(PortalCall call) =>
        Manifest.Read(call.Application, call.Text("manifest")).TryGet(out var read, out var problem)
            ? call.ChangeAsync(_ => read, "manifest", "manifest", ShowAsync)
            : ShowAsync(call, PortalCall.Refusal("manifest", problem.Key, problem.Value));
}
