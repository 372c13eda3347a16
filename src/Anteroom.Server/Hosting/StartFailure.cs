namespace Anteroom.Server.Hosting;

/// <summary>Why the server does not start: one sentence for the operator that names the setting. The process then ends with exit code 1.</summary>
public sealed record StartFailure(string Sentence);
