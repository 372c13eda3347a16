using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections.SharedApp;

namespace Anteroom.Server.Api;

internal sealed record SharedRegistrationBody(
    string Cloud,
    string Name,
    string ClientId,
    string ClientSecret,
    SharedRegistrationState State = SharedRegistrationState.Active,
    DateOnly? ClientSecretExpiresOn = null
)
{
    public SharedRegistrationDraft ToDraft() => new(Cloud, Name, ClientId, new Secret(ClientSecret), State, ClientSecretExpiresOn);
}

internal sealed record PatchSharedRegistrationBody
{
    public Patched<string> Name { get; init; }
    public Patched<string> ClientId { get; init; }
    public Patched<string> ClientSecret { get; init; }
    public Patched<DateOnly?> ClientSecretExpiresOn { get; init; }
    public Patched<SharedRegistrationState?> State { get; init; }

    public SharedRegistrationDraft ApplyTo(SharedRegistration current) =>
        SharedRegistrationDraft.Of(current) with
        {
            Name = Name.IsPresent ? Name.Value ?? "" : current.Name,
            ClientId = ClientId.IsPresent ? ClientId.Value ?? "" : current.ClientId,
            ClientSecret = ClientSecret.IsPresent ? new Secret(ClientSecret.Value ?? "") : null, // it has to have one, so null is refused
            State = State.Value ?? current.State,
            // The day belongs to its secret: another one's is told with it, or not known.
            SecretExpiresOn =
                ClientSecretExpiresOn.IsPresent ? ClientSecretExpiresOn.Value
                : ClientSecret.IsPresent ? null
                : current.SecretExpiresOn,
        };
}

/// <summary>A shared registration as it is shown; the secret only by its end and its date (SEC-267).</summary>
internal sealed record SharedRegistrationView(
    string Id,
    string Cloud,
    string Name,
    string ClientId,
    SecretView ClientSecret,
    DateOnly? ClientSecretExpiresOn,
    SharedRegistrationState State,
    DateTimeOffset CreatedAt
)
{
    public static SharedRegistrationView Of(SharedRegistration registration) =>
        new(
            registration.Id.ToString(),
            registration.Cloud,
            registration.Name,
            registration.ClientId,
            new(registration.SecretLast4, registration.SecretAt),
            registration.SecretExpiresOn,
            registration.State,
            registration.CreatedAt
        );
}

/// <summary>The platform's own app registrations at Entra, which connections of organizations share.</summary>
internal static class SharedRegistrationEndpoints
{
    private const string Path = "/shared-registrations";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).Operation("sharedRegistrations.list").Produces<ApiList<SharedRegistrationView>>();
        api.MapPost(Path, CreateAsync)
            .Operation("sharedRegistrations.create")
            .Accepts<SharedRegistrationBody>("application/json")
            .Produces<SharedRegistrationView>(201);
        api.MapPatch(Path + "/{id}", PatchAsync)
            .Operation("sharedRegistrations.update")
            .Versioned()
            .Accepts<PatchSharedRegistrationBody>("application/merge-patch+json", "application/json")
            .Produces<SharedRegistrationView>();
    }

    private static async Task<IResult> ListAsync(SharedRegistrations registrations, CancellationToken ct) =>
        ApiResults.Ok(
            new ApiList<SharedRegistrationView>([.. (await registrations.ListAsync(ct)).Select(SharedRegistrationView.Of)], null)
        );

    private static async Task<IResult> CreateAsync(HttpContext http, SaveSharedRegistration save, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<SharedRegistrationBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var made = await save.CreateAsync(body.ToDraft(), http.ApiAudit(), ct);
        return made.TryGet(out var registration, out var refusal)
            ? ApiResults.Created(http, $"/api/v1{Path}/{registration.Id}", SharedRegistrationView.Of(registration), registration.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> PatchAsync(string id, HttpContext http, SaveSharedRegistration save, CancellationToken ct)
    {
        if (!http.TryGetIfMatch(out var version, out var unmatched))
            return unmatched!;
        if (!(await ApiBody.ReadAsync<PatchSharedRegistrationBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        if (!SharedRegistrationId.TryParse(id, out var registrationId))
            return ApiResults.NotFound(http);
        var changed = await save.ChangeAsync(registrationId, version, body.ApplyTo, http.ApiAudit(), ct);
        return changed.TryGet(out var registration, out var refusal)
            ? ApiResults.Versioned(http, SharedRegistrationView.Of(registration), registration.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }
}
