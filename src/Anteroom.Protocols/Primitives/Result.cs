using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Protocols.Primitives;

/// <summary>Either a value or one expected failure. A broken machine (database down) is still an exception.</summary>
public sealed class Result<T, TError>
    where T : class
    where TError : class
{
    private readonly T? _value;
    private readonly TError? _error;

    private Result(T? value, TError? error) => (_value, _error) = (value, error);

    /// <summary>True with the value, or false with the failure; never both, never neither.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out TError? error)
    {
        (value, error) = (_value, _error);
        return value is not null;
    }

    [SuppressMessage("Usage", "CA2225", Justification = "Returning a value or an error from a method is the only way to make one.")]
    public static implicit operator Result<T, TError>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "As above.")]
    public static implicit operator Result<T, TError>(TError error) => new(null, error);
}
