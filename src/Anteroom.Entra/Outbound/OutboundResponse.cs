namespace Anteroom.Entra.Outbound;

/// <summary>A complete answer: its body is one well-formed JSON document within its limits (SEC-304), or empty where the request ignores it.</summary>
public sealed record OutboundResponse(int Status, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
