using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Outbound;

/// <summary>The one way out: every HTTP request of the product goes through here (SEC-300 to SEC-304, SEC-289).</summary>
/// <remarks>What can go wrong outside is a value. Exceptions mean that the caller gave up (<see cref="OperationCanceledException"/>) or a fault of ours.</remarks>
public sealed class OutboundHttp : IDisposable
{
    private readonly OutboundOptions _options;
    private readonly TimeProvider _clock;
    private readonly OutboundConnections _connections;
    private readonly CircuitBreakers _breakers;
    private readonly ConcurrencyGates<(string Host, string Partition)> _partitions;
    private readonly ConcurrencyGates<string> _hosts;

    public OutboundHttp(OutboundOptions options, TimeProvider clock)
        : this(options, clock, Dns.GetHostAddressesAsync) { }

    public OutboundHttp(OutboundOptions options, TimeProvider clock, ResolveAddresses resolve)
    {
        (_options, _clock) = (options, clock);
        _connections = new OutboundConnections(options, resolve);
        _breakers = new CircuitBreakers(clock);
        _partitions = new(options.ConcurrencyPerPartition);
        _hosts = new(options.ConcurrencyPerHost);
    }

    /// <summary>Whether an address could be asked at all: its scheme, host and port, before any name is resolved.</summary>
    public bool Permits(Uri uri) => _connections.Find(uri, trust: null) is not null;

    public async Task<Result<OutboundResponse, OutboundFailure>> SendAsync(OutboundRequest request, CancellationToken ct)
    {
        if (_connections.Find(request.Uri, request.Trust) is not { } way)
            return new OutboundFailure(OutboundFailureKind.RefusedUri);
        if (_breakers.Enter(request.Provider) is { } closed)
            return closed;

        var settled = false;
        try
        {
            var result = await WithinLimitsAsync(request, way, ct);
            Settle(request.Provider, result);
            settled = true;
            return result;
        }
        finally
        {
            if (!settled)
                _breakers.Abandoned(request.Provider);
        }
    }

    public void Dispose() => _connections.Dispose();

    private void Settle(string provider, Result<OutboundResponse, OutboundFailure> result)
    {
        if (result.TryGet(out _, out var failure))
            _breakers.Succeeded(provider);
        else if (failure is { Kind: OutboundFailureKind.Status, Status: 429 or 503, RetryAfter: { } wait })
            _breakers.AskedToWait(provider, wait);
        else if (failure.CountsAgainstProvider)
            _breakers.Failed(provider);
        else if (failure.Kind == OutboundFailureKind.Status)
            _breakers.Succeeded(provider); // it answered; that we asked wrongly is not its illness
        else
            _breakers.Abandoned(provider);
    }

    private async Task<Result<OutboundResponse, OutboundFailure>> WithinLimitsAsync(
        OutboundRequest request,
        HttpMessageInvoker way,
        CancellationToken ct
    )
    {
        using var limit = new CancellationTokenSource(request.Limits.Total, _clock);
        using var total = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var waiting = true;
        try
        {
            // The partition's gate first: who waits for his own share must not hold one of the host's.
            var host = request.Uri.Authority;
            using var share = await _partitions.EnterAsync((host, request.Partition), total.Token);
            using var slot = share is null ? null : await _hosts.EnterAsync(host, total.Token);
            if (slot is null)
                return new OutboundFailure(OutboundFailureKind.Busy);
            waiting = false;
            return await ExchangeAsync(request, way, total.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new OutboundFailure(waiting ? OutboundFailureKind.Busy : OutboundFailureKind.Timeout);
        }
        catch (HttpRequestException exception)
        {
            return new OutboundFailure(KindOf(exception));
        }
        catch (IOException)
        {
            return new OutboundFailure(OutboundFailureKind.Truncated);
        }
        catch (InvalidDataException)
        {
            return new OutboundFailure(OutboundFailureKind.NotJson); // not gzip although it says so
        }
    }

    private async Task<Result<OutboundResponse, OutboundFailure>> ExchangeAsync(
        OutboundRequest request,
        HttpMessageInvoker way,
        CancellationToken ct
    )
    {
        using var message = MessageFor(request);
        using var response = await FirstByteAsync(way, message, ct);
        var status = (int)response.StatusCode;
        if (request.IgnoresBody)
            return response.IsSuccessStatusCode
                ? new OutboundResponse(status, default)
                : new OutboundFailure(OutboundFailureKind.Status, status, RetryAfter(response.Headers));
        var mayHaveBody = response.IsSuccessStatusCode || (request.ReadsErrorBody && status is >= 400 and < 500 and not 429);
        var readable = OutboundBody.IsJson(response.Content) && OutboundBody.HasReadableEncoding(response.Content);
        if (!mayHaveBody || (!response.IsSuccessStatusCode && !readable))
            return new OutboundFailure(OutboundFailureKind.Status, status, RetryAfter(response.Headers));
        if (!readable)
            return new OutboundFailure(OutboundFailureKind.NotJson, status);

        var body = await OutboundBody.ReadAsync(response.Content, request.Limits.MaxBodyBytes, ct);
        if (body is null)
            return new OutboundFailure(OutboundFailureKind.TooLarge, status);
        if (!OutboundBody.IsOneJsonDocument(body))
            return new OutboundFailure(OutboundFailureKind.NotJson, status);
        return new OutboundResponse(status, body);
    }

    private async Task<HttpResponseMessage> FirstByteAsync(HttpMessageInvoker way, HttpRequestMessage message, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout + _options.FirstByteTimeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        return await way.SendAsync(message, both.Token);
    }

    private static HttpRequestMessage MessageFor(OutboundRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Uri);
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("Anteroom", null));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        if (request.Authorization is { } authorization)
            message.Headers.TryAddWithoutValidation("Authorization", authorization.Reveal());
        if (request.Form is { } form)
            message.Content = new FormUrlEncodedContent(form);
        else if (request.Json is { } json)
            message.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new("application/json") } };
        return message;
    }

    /// <summary>Seconds or a date (RFC 9110 §10.2.3); Graph also sends fractions of a second.</summary>
    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        var wait = headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date - _clock.GetUtcNow()) ?? Fraction(headers);
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static TimeSpan? Fraction(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("Retry-After", out var values)
        && values.Count == 1
        && decimal.TryParse(values.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds < int.MaxValue
            ? TimeSpan.FromSeconds((double)seconds)
            : null;

    private static OutboundFailureKind KindOf(HttpRequestException exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
            switch (inner)
            {
                case RefusedAddressException:
                    return OutboundFailureKind.RefusedAddress;
                case AuthenticationException:
                    return OutboundFailureKind.Certificate;
                case TimeoutException:
                    return OutboundFailureKind.Timeout;
            }
        return exception.HttpRequestError switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => OutboundFailureKind.Unreachable,
            HttpRequestError.ConfigurationLimitExceeded => OutboundFailureKind.TooLarge,
            HttpRequestError.SecureConnectionError => OutboundFailureKind.Certificate,
            _ => OutboundFailureKind.Truncated, // connected, and then no whole answer
        };
    }
}
