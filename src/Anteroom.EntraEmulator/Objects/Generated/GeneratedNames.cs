using System.Globalization;

namespace Anteroom.EntraEmulator.Objects.Generated;

/// <summary>Names of made-up people, and the way back from a user name to the person's number.</summary>
internal static class GeneratedNames
{
    private static readonly string[] Given =
    [
        .. (
            "Ada Aisha Alma Amara Amir Ana Anders Anja Anton Arjun Astrid Ayla Beatrix Ben Bruno Camila Carla Chen Clara Dana Daniel David "
            + "Diego Dora Elena Eli Emil Emma Erik Esra Eva Farid Felix Fiona Freya Gabriel Greta Hana Hugo Ida Ines Ivan Jana Jonas Jun "
            + "Kaito Karin Kofi Lara Lena Leo Lina Luca Maja Marek Mateo Mei Mila Mira Nadia Nils Noor Olga Omar Oskar Pablo Paula Petra "
            + "Priya Rafael Rania Rosa Sam Sara Selma Sofia Sven Tarek Teo Thea Tomas Uma Valentin Vera Viktor Wanda Yara Yusuf Zara Zoe "
            + "Ingrid Henrik Klara Linus Mona Nora"
        ).Split(' '),
    ];

    private static readonly string[] Surnames =
    [
        .. (
            "Abel Adler Ahmed Alvarez Andersen Bauer Becker Berg Bianchi Blum Brandt Brown Carter Castro Chen Clark Costa Cruz Dahl Diaz "
            + "Duarte Eriksen Evans Faber Farah Fischer Fontaine Frank Garcia Gruber Haas Hansen Hartmann Hoffmann Holm Ito Ivanov Jansen "
            + "Jensen Kaiser Keller Khan Kim Klein Koch Kovac Kowalski Krause Lang Larsen Lehmann Lind Lopez Martin Mayer Meier Mendes "
            + "Moreau Nair Nakamura Neumann Novak Okafor Olsen Ortiz Park Patel Peters Petrov Ramos Reyes Richter Rossi Roth Sanchez Santos "
            + "Sato Schmidt Schulz Silva Singh Sommer Tanaka Torres Urban Vargas Vogel Wagner Walker Weber Winter Wolf Wong Young Zhang Ziegler"
        ).Split(' '),
    ];

    private static readonly Dictionary<string, int> GivenNumbers = Numbers(Given);
    private static readonly Dictionary<string, int> SurnameNumbers = Numbers(Surnames);

    /// <summary>How many people there are before a name comes again, then with a number.</summary>
    private static readonly int Names = Given.Length * Surnames.Length;

    // Coprime to the number of names, so that neighbours in number have different names.
    private static readonly int Step = CoprimeTo(Names);

    public static (string Given, string Surname, string Alias) Of(int number)
    {
        var at = (int)((long)(number % Names) * Step % Names);
        var (given, surname) = (Given[at / Surnames.Length], Surnames[at % Surnames.Length]);
        var round = number / Names;
        var suffix = round == 0 ? "" : (round + 1).ToString(CultureInfo.InvariantCulture);
        return (given, surname, $"{given}.{surname}{suffix}".ToLowerInvariant());
    }

    /// <summary>The number of the person with this alias, or null.</summary>
    public static int? NumberOf(string alias)
    {
        var dot = alias.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return null;
        var name = alias[(dot + 1)..].TrimEnd("0123456789".ToCharArray());
        var digits = alias[(dot + 1 + name.Length)..];
        var round = 1;
        if (digits.Length > 0 && !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out round))
            return null;
        if (
            !GivenNumbers.TryGetValue(alias[..dot], out var given)
            || !SurnameNumbers.TryGetValue(name, out var surname)
            || round < 1
            || round > Population.MostUsers / Names + 1
        )
            return null;
        var at = given * Surnames.Length + surname;
        var number = (long)(round - 1) * Names + (long)at * Inverse(Step, Names) % Names;
        return string.Equals(Of((int)number).Alias, alias, StringComparison.OrdinalIgnoreCase) ? (int)number : null;
    }

    /// <summary>The numbers of so many people in the order of their full names, or of their surnames; same names by their alias and an @.</summary>
    public static int[] InOrder(int count, bool bySurname)
    {
        var rounds = Enumerable
            .Range(0, (count + Names - 1) / Names)
            .OrderBy(round => round == 0 ? "@" : $"{(round + 1).ToString(CultureInfo.InvariantCulture)}@", StringComparer.OrdinalIgnoreCase)
            .ToArray();
        var (given, surnames) = (Sorted(Given), Sorted(Surnames));
        var inverse = Inverse(Step, Names);
        var numbers = new List<int>(count);
        foreach (var outer in bySurname ? surnames : given)
        {
            foreach (var inner in bySurname ? given : surnames)
            {
                var at = bySurname ? inner * Surnames.Length + outer : outer * Surnames.Length + inner;
                var first = (int)(at * inverse % Names);
                foreach (var round in rounds)
                {
                    if (first + round * Names is var number && number < count)
                        numbers.Add(number);
                }
            }
        }
        return [.. numbers];
    }

    /// <summary>The places of names in their alphabetical order.</summary>
    private static int[] Sorted(string[] names) =>
        [.. Enumerable.Range(0, names.Length).OrderBy(index => names[index], StringComparer.OrdinalIgnoreCase)];

    private static Dictionary<string, int> Numbers(string[] names) =>
        names.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index, StringComparer.OrdinalIgnoreCase);

    private static int CoprimeTo(int modulus)
    {
        var candidate = modulus * 5 / 13;
        while (Gcd(candidate, modulus) != 1)
            candidate++;
        return candidate;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);

    /// <summary>Extended Euclid.</summary>
    private static long Inverse(long value, long modulus)
    {
        var (oldR, r, oldS, s) = (value, modulus, 1L, 0L);
        while (r != 0)
        {
            var quotient = oldR / r;
            (oldR, r) = (r, oldR - quotient * r);
            (oldS, s) = (s, oldS - quotient * s);
        }
        return (oldS % modulus + modulus) % modulus;
    }
}
