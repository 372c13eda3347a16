namespace Anteroom.Bench.Stage;

/// <summary>A running program that is measured, with the database that works for it.</summary>
/// <param name="Process">Its process.</param>
/// <param name="Database">PostgreSQL's first process, all others are below it; null for a program that has none, as the next one.</param>
/// <param name="ConnectionString">For counting what the database wrote.</param>
internal sealed record Target(string Address, int Process, int? Database = null, string? ConnectionString = null);

/// <summary>An application registered at a target: where it sends browsers and redeems codes.</summary>
/// <param name="Authorize">Address with everything but state, nonce and challenge.</param>
/// <param name="Basic">Value of its Basic credentials.</param>
internal sealed record Client(Target Target, string Authorize, string Token, string Basic, string RedirectUri);
