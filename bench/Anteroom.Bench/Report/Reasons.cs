namespace Anteroom.Bench.Report;

/// <summary>What was tried for a goal that is missed, what is left, and why: by the goal's words.</summary>
/// <remarks>A page with a missed goal and no reason is not published.</remarks>
internal static class Reasons
{
    private static readonly Dictionary<string, string> ByGoal = new()
    {
        [Goals.SignIn] = """
            The floor writes two rows without an index beside their key. Anteroom writes nine (state, session, grant, code, person, identity, sign-in
            record, audit, redeemed code), with some twenty entries in indexes, under row-level security, and reads what admission and the tokens need.
            A profile (perf, both processes) has no peak that could be cut: in PostgreSQL half are system calls (messages, waking one another, one flush
            a commit), a fifth is the start of statements, under a third their work, a twentieth of all for index entries; in the server a third are
            system calls, a fourteenth signatures and hashes. *Tried and kept*: as few round trips as questions (three in the callback in place of seven,
            `docs/decisions/0013-round-trips.md`), prepared statements with numbered parameters, no foreign keys to the organization on hot tables, one
            read of the account, generated JSON and logging, compiling ahead. *Tried and left*: `TieredPGO=0` (no difference once warm), a function in
            the database for the whole callback (hides the rules), one statement for all rows (a twentieth at most). *Left to do*: fewer indexes on the
            audit, by partitions that end.
            """,
        [Goals.SignInAlone] = """
            As the line before: a browser waits for the same nine rows. Alone it meets processors that have gone to sleep between its requests, in both
            programs; the more messages there are between server and database, the more often.
            """,
        [Goals.Session] = """
            As a brokered sign-in without the provider: request, grant, code and audit are written where the floor writes a code, and the session, the
            account and its blocks are asked at the redemption again, so that nobody who was shut out in between gets tokens.
            """,
        [Goals.ProgramToken] = """
            What is above the bare endpoint is reading the form, the client and its secret, the rules of the grant and of its scopes, limits and metrics.
            """,
        [Goals.ColdStart] = """
            Half of what is compiled at start is gone since production runs code compiled ahead; of the 3,400 methods that remain, half are the
            framework's generic async builders over our types, which only a self-contained build could hold (`docs/decisions/0030-compiled-ahead.md`).
            """,
        [Goals.Idle] = """
            Some 35 MB are the process's own; the rest are pages of the runtime, the framework and our own machine code, mapped from files, which the
            system may drop. `GCConserveMemory` and writing executable pages without a second mapping changed nothing.
            """,
        [Goals.Loaded] = """
            Idle memory and what a load leaves: compiled methods, some hundred connections' buffers, caches, and the collector's youngest generation,
            which is held to 16 MB (as large as the processor's cache it kept 18 MB more; 8 MB would save 7 and cost 4 % of a sign-in's CPU).
            """,
    };

    /// <returns>Null where nobody has written one.</returns>
    public static string? Of(string goal) => ByGoal.TryGetValue(goal, out var reason) ? reason.ReplaceLineEndings(" ").Trim() : null;
}
