using System.Text.Json;

namespace Anteroom.Server.Platform.Jobs;

/// <summary>Does one kind of work. A job may run twice (its node died before saying "done"), so handlers are idempotent.</summary>
public interface IJobHandler
{
    string Kind { get; }

    /// <summary>Returns when the work is done; throws to have it tried again later.</summary>
    /// <param name="job">The work.</param>
    /// <param name="ct">Cancelled when the node stops or has lost its lease: stop at the next safe point.</param>
    Task RunAsync(Job job, CancellationToken ct);
}

/// <param name="Id">Stable over all attempts.</param>
/// <param name="Organization">In whose scope to work; the platform for work on all.</param>
/// <param name="Kind">Which handler.</param>
/// <param name="Payload">As enqueued.</param>
/// <param name="Attempt">1 at the first attempt.</param>
public sealed record Job(Guid Id, OrganizationId Organization, string Kind, JsonElement Payload, int Attempt);

/// <summary>Work that repeats: one row for all nodes.</summary>
public sealed record RecurringJob(string Kind, TimeSpan Every);

public static class RecurringJobs
{
    /// <summary>Runs <typeparamref name="T"/> every so often, on one node at a time.</summary>
    public static IServiceCollection AddRecurringJob<T>(this IServiceCollection services, string kind, TimeSpan every)
        where T : class, IJobHandler => services.AddSingleton<IJobHandler, T>().AddSingleton(new RecurringJob(kind, every));
}
