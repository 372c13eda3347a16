namespace Anteroom.EntraEmulator;

/// <summary>The process's entry point.</summary>
public static class Program
{
    public static int Main() => 0;
}
