using System.Globalization;
using System.Text.Json;

namespace Anteroom.Server.Platform.Events;

/// <summary>A place in the event log; what lies behind it never grows.</summary>
public readonly record struct EventCursor(long TransactionId, long EventId)
{
    /// <summary>Before the first event.</summary>
    public static EventCursor Start { get; }

    public static bool TryParse(string? text, out EventCursor cursor)
    {
        cursor = Start;
        if (text?.Split('-') is not [var transaction, var number] || !TryNumber(transaction, out var t) || !TryNumber(number, out var e))
            return false;
        cursor = new(t, e);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TransactionId}-{EventId}");

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>Something that happened.</summary>
public sealed record Event(EventCursor Cursor, string Type, Guid? SubjectId, JsonElement Payload, DateTimeOffset At);

/// <summary>Events in order, and where the next page begins.</summary>
public sealed record EventPage(IReadOnlyList<Event> Items, EventCursor Next);
