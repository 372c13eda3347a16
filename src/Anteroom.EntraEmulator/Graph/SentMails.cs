namespace Anteroom.EntraEmulator.Graph;

/// <summary>A mail that Exchange took over.</summary>
internal sealed record SentMail(
    Guid TenantId,
    Guid SenderId,
    string From,
    IReadOnlyList<string> To,
    string Subject,
    string ContentType,
    string Content,
    bool SaveToSentItems,
    DateTimeOffset At
);

/// <summary>The last mails that were sent through Graph: nothing leaves this machine, a test looks here.</summary>
internal sealed class SentMails
{
    private const int Capacity = 500;

    private readonly Lock _lock = new();
    private readonly Queue<SentMail> _mails = new();

    public void Add(SentMail mail)
    {
        lock (_lock)
        {
            if (_mails.Count == Capacity)
                _mails.Dequeue();
            _mails.Enqueue(mail);
        }
    }

    public IReadOnlyList<SentMail> All
    {
        get
        {
            lock (_lock)
                return [.. _mails];
        }
    }

    public void Clear()
    {
        lock (_lock)
            _mails.Clear();
    }
}
