using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Anteroom.Server.Platform.Web;

/// <summary>How much one connection and one request may take (SEC-360).</summary>
public static class KestrelLimits
{
    public const int MaxRequestLineBytes = 8 * 1024;
    public const int MaxHeadersBytes = 32 * 1024;
    public const int MaxHeaders = 100;
    public const int MaxFormBytes = 64 * 1024;
    public const int MaxPictureBytes = 256 * 1024; // SEC-017
    public const int MaxAssertionFormBytes = 512 * 1024; // SAML and WS-Federation posts carry whole documents
    public const int MaxBodyBytes = 1024 * 1024;
    public const int MaxFormKeys = 200;
    public const int MaxFormKeyBytes = 256;

    private static readonly PathString[] AssertionPaths = ["/saml", "/wsfed"];

    /// <summary>How the address of a form ends that brings a picture.</summary>
    private const string PicturePath = "/branding/logo";

    private const int MaxPictureFormBytes = MaxPictureBytes + MaxFormBytes;

    public static IServiceCollection AddKestrelLimits(this IServiceCollection services) =>
        services
            .AddSingleton<IConnectionListenerFactory, BoundedTransport>()
            .Configure<KestrelServerOptions>(kestrel => Set(kestrel.Limits))
            .Configure<FormOptions>(form =>
            {
                form.ValueCountLimit = MaxFormKeys;
                form.KeyLengthLimit = MaxFormKeyBytes;
                form.ValueLengthLimit = MaxAssertionFormBytes;
                form.BufferBodyLengthLimit = MaxAssertionFormBytes;
                form.MultipartBodyLengthLimit = MaxPictureFormBytes; // the body as a whole is narrowed by path
            });

    private static void Set(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = MaxRequestLineBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeadersBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
        limits.MaxRequestBodySize = MaxBodyBytes;
        limits.Http2.MaxStreamsPerConnection = 100; // streams reset too fast end the connection: Kestrel's own limit of 20 per stream allowed
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeadersBytes;
    }

    /// <summary>Narrows the body of a form before anything reads it.</summary>
    public static IApplicationBuilder UseFormLimits(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                if (http.Request.HasFormContentType && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
                    body.MaxRequestBodySize =
                        Array.Exists(AssertionPaths, path => http.Request.Path.StartsWithSegments(path)) ? MaxAssertionFormBytes
                        : http.Request.Path.Value!.EndsWith(PicturePath, StringComparison.Ordinal) ? MaxPictureFormBytes
                        : MaxFormBytes;
                return next(http);
            }
        );
}
