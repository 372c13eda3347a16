using System.Collections.Concurrent;
using System.Reflection;
using Npgsql;
using NpgsqlTypes;

namespace Anteroom.Server.Platform.Database;

/// <summary>Turns the properties of an argument object into parameters. A type is read once; its null is as typed as its values, so that a prepared statement fits both.</summary>
internal static class Arguments
{
    private const string Organization = "organization";
    private static readonly Dictionary<string, Argument> None = [];
    private static readonly ConcurrentDictionary<Type, Dictionary<string, Argument>> Known = new();

    /// <summary>One parameter for each name, in their order: the organization's id for <c>organization</c>, and properties of the arguments.</summary>
    /// <exception cref="NotSupportedException">A property has a type that no statement of ours takes.</exception>
    /// <exception cref="ArgumentException">A name has no property.</exception>
    /// <exception cref="NullCharacterException">A text holds U+0000.</exception>
    public static void Bind(NpgsqlParameterCollection parameters, IReadOnlyList<string> names, OrganizationId? organization, object? args)
    {
        var arguments = args is null ? None : Known.GetOrAdd(args.GetType(), Read);
        foreach (var name in names)
            parameters.Add(
                name == Organization && organization is { } scope ? new NpgsqlParameter<Guid> { TypedValue = scope.Value }
                : arguments.TryGetValue(name, out var argument) ? argument.ToParameter(args!)
                : throw new ArgumentException($"A statement names @{name}, and nobody gives it.", nameof(args))
            );
    }

    private static Dictionary<string, Argument> Read(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .ToDictionary(property => property.Name, Read, StringComparer.Ordinal);

    private static Argument Read(PropertyInfo property)
    {
        var type = property.PropertyType;
        var shape =
            type == typeof(DateTimeOffset) ? typeof(Instant<>).MakeGenericType(property.DeclaringType!)
            : type == typeof(DateTimeOffset?) ? typeof(MaybeInstant<>).MakeGenericType(property.DeclaringType!)
            : type == typeof(string) ? typeof(Text<>).MakeGenericType(property.DeclaringType!)
            : type == typeof(string[]) ? typeof(Texts<>).MakeGenericType(property.DeclaringType!)
            : Nullable.GetUnderlyingType(type) is { } value ? typeof(Maybe<,>).MakeGenericType(property.DeclaringType!, value)
            : typeof(Plain<,>).MakeGenericType(property.DeclaringType!, type);
        return (Argument)Activator.CreateInstance(shape, property)!;
    }

    private static NpgsqlDbType TypeOf(Type type) =>
        type == typeof(Guid) ? NpgsqlDbType.Uuid
        : type == typeof(int) ? NpgsqlDbType.Integer
        : type == typeof(long) ? NpgsqlDbType.Bigint
        : type == typeof(double) ? NpgsqlDbType.Double
        : type == typeof(bool) ? NpgsqlDbType.Boolean
        : type == typeof(DateOnly) ? NpgsqlDbType.Date
        : type == typeof(string) ? NpgsqlDbType.Text
        : type == typeof(byte[]) ? NpgsqlDbType.Bytea
        : type == typeof(string[]) ? NpgsqlDbType.Array | NpgsqlDbType.Text
        : type == typeof(Guid[]) ? NpgsqlDbType.Array | NpgsqlDbType.Uuid
        : type == typeof(long[]) ? NpgsqlDbType.Array | NpgsqlDbType.Bigint
        : throw new NotSupportedException($"No statement takes a {type}.");

    private abstract class Argument
    {
        public abstract NpgsqlParameter ToParameter(object args);
    }

    private sealed class Plain<TOwner, T>(PropertyInfo property) : Argument
    {
        private readonly Func<TOwner, T?> _get = property.GetMethod!.CreateDelegate<Func<TOwner, T?>>();
        private readonly NpgsqlDbType _type = TypeOf(typeof(T));

        public override NpgsqlParameter ToParameter(object args) =>
            _get((TOwner)args) is { } value ? new NpgsqlParameter<T> { NpgsqlDbType = _type, TypedValue = value } : Null(_type);
    }

    private sealed class Maybe<TOwner, T>(PropertyInfo property) : Argument
        where T : struct
    {
        private readonly Func<TOwner, T?> _get = property.GetMethod!.CreateDelegate<Func<TOwner, T?>>();
        private readonly NpgsqlDbType _type = TypeOf(typeof(T));

        public override NpgsqlParameter ToParameter(object args) =>
            _get((TOwner)args) is { } value ? new NpgsqlParameter<T> { NpgsqlDbType = _type, TypedValue = value } : Null(_type);
    }

    private sealed class Text<TOwner>(PropertyInfo property) : Argument
    {
        private readonly Func<TOwner, string?> _get = property.GetMethod!.CreateDelegate<Func<TOwner, string?>>();

        public override NpgsqlParameter ToParameter(object args)
        {
            if (_get((TOwner)args) is not { } text)
                return Null(NpgsqlDbType.Text);
            NullCharacterException.ThrowIfIn(text);
            return new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = text };
        }
    }

    private sealed class Texts<TOwner>(PropertyInfo property) : Argument
    {
        private readonly Func<TOwner, string[]?> _get = property.GetMethod!.CreateDelegate<Func<TOwner, string[]?>>();

        public override NpgsqlParameter ToParameter(object args)
        {
            if (_get((TOwner)args) is not { } texts)
                return Null(NpgsqlDbType.Array | NpgsqlDbType.Text);
            foreach (var text in texts)
                NullCharacterException.ThrowIfIn(text);
            return new NpgsqlParameter<string[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, TypedValue = texts };
        }
    }

    // timestamptz is sent as UTC, whatever the offset.
    private sealed class Instant<TOwner>(PropertyInfo property) : Argument
    {
        private readonly Func<TOwner, DateTimeOffset> _get = property.GetMethod!.CreateDelegate<Func<TOwner, DateTimeOffset>>();

        public override NpgsqlParameter ToParameter(object args) => At(_get((TOwner)args));
    }

    private sealed class MaybeInstant<TOwner>(PropertyInfo property) : Argument
    {
        private readonly Func<TOwner, DateTimeOffset?> _get = property.GetMethod!.CreateDelegate<Func<TOwner, DateTimeOffset?>>();

        public override NpgsqlParameter ToParameter(object args) =>
            _get((TOwner)args) is { } instant ? At(instant) : Null(NpgsqlDbType.TimestampTz);
    }

    private static NpgsqlParameter<DateTime> At(DateTimeOffset instant) =>
        new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, TypedValue = instant.UtcDateTime };

    private static NpgsqlParameter Null(NpgsqlDbType type) => new() { NpgsqlDbType = type, Value = DBNull.Value };
}
