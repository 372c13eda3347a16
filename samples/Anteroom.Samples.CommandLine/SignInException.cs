namespace Anteroom.Samples.CommandLine;

/// <summary>Nobody was signed in; the message is for the person at the terminal.</summary>
public sealed class SignInException(string message) : Exception(message);
