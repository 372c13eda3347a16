using System.Security.Cryptography;
using Anteroom.Protocols.Images;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Organizations;

/// <summary>A picture that pages may show.</summary>
/// <param name="Name">Its content's SHA-256, hexadecimal: what its address says.</param>
/// <param name="Content">PNG, written by us.</param>
public sealed record Logo(string Name, byte[] Content, int Width, int Height);

/// <summary>Pictures of organizations: taken in as pixels, kept as PNG of our own making (SEC-017).</summary>
public sealed class Logos(Database database) : IDisposable
{
    /// <summary>Bytes of a file that somebody offers.</summary>
    public const int Largest = KestrelLimits.MaxPictureBytes;

    /// <summary>Pixels.</summary>
    public const int LongestSide = 2048;

    // Shown at half of it; twice as many pixels for screens that have them.
    private const int MostWidth = 480;
    private const int MostHeight = 160;

    // Unpacked, a picture takes up to 16 MB: two at a time on each node, however many administrators there are.
    private readonly SemaphoreSlim _workbench = new(2);

    private sealed record Row(byte[] Content, int Width, int Height);

    /// <summary>The file's pixels as a small PNG, or why it is none that is taken.</summary>
    public async Task<Result<Logo, OrganizationRefusal>> ReadAsync(ReadOnlyMemory<byte> file, CancellationToken ct)
    {
        if (file.Length is 0 or > Largest)
            return Invalid($"The picture has at most {Largest / 1024} KB.");
        await _workbench.WaitAsync(ct);
        try
        {
            if (!PngReader.Read(file, LongestSide).TryGet(out var picture, out var fault))
                return Invalid(fault == PngFault.TooLarge ? $"The picture has at most {LongestSide} × {LongestSide} pixels." : fault.Text);
            var small = picture.FitInto(MostWidth, MostHeight);
            var content = PngWriter.Write(small);
            return new Logo(Convert.ToHexStringLower(SHA256.HashData(content)), content, small.Width, small.Height);
        }
        finally
        {
            _workbench.Release();
        }
    }

    /// <returns>The organization's present picture, where it has this name.</returns>
    public async Task<Logo?> FindAsync(OrganizationId organization, string name, CancellationToken ct)
    {
        var row = await database
            .In(organization)
            .FirstAsync<Row>(
                "SELECT content, width, height FROM organization_logos WHERE organization_id = @organization AND name = @name",
                new { name },
                ct
            );
        return row is null ? null : new(name, row.Content, row.Width, row.Height);
    }

    public void Dispose() => _workbench.Dispose();

    internal static Task KeepAsync(Transaction tx, Logo logo, DateTimeOffset now, CancellationToken ct) =>
        tx.ExecuteAsync(
            """
            INSERT INTO organization_logos (organization_id, name, content, width, height, updated_at)
            VALUES (@organization, @name, @content, @width, @height, @now)
            ON CONFLICT (organization_id) DO UPDATE
               SET name = @name, content = @content, width = @width, height = @height, updated_at = @now
            """,
            new
            {
                name = logo.Name,
                content = logo.Content,
                width = logo.Width,
                height = logo.Height,
                now,
            },
            ct
        );

    internal static Task RemoveAsync(Transaction tx, CancellationToken ct) =>
        tx.ExecuteAsync("DELETE FROM organization_logos WHERE organization_id = @organization", null, ct);

    private static OrganizationRefusal Invalid(string detail) => new(ReasonCodes.ValidationFailed, detail) { Member = "logo" };
}
