using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Anteroom.Harness;

/// <summary>Where in a submission the server stands (RFC 5321 §4.1.1, RFC 3207, RFC 4954).</summary>
public enum SmtpStep
{
    Greeting,
    Hello,
    StartTls,
    Authentication,
    Sender,
    Recipient,

    /// <summary>The word DATA, before any of the message.</summary>
    Data,

    /// <summary>The whole message is here and stored; its answer is what goes wrong.</summary>
    Message,
}

/// <summary>What goes wrong at a step: a refusal with a code, no answer at all, or the connection's end.</summary>
/// <param name="Code">The reply; null for silence.</param>
public sealed record SmtpFault(SmtpStep Step, int? Code = null, bool Drops = false);

/// <summary>A message as it came.</summary>
public sealed record SmtpMail(string From, IReadOnlyList<string> To, string? UserName, string? Password, bool Encrypted, string Data);

/// <summary>A submission server on loopback with STARTTLS, AUTH LOGIN and faults.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private static readonly X509Certificate2 Authority = MakeAuthority();
    private static readonly Lazy<X509Certificate2> Trusted = new(() => MakeCertificate(Authority));

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<SmtpMail> _mails = new();
    private readonly ConcurrentQueue<string> _commands = new();
    private readonly X509Certificate2 _certificate;
    private readonly Task _accepting;

    /// <param name="trusted">False presents a certificate that nobody vouches for.</param>
    public SmtpServer(bool trusted = true)
    {
        _certificate = trusted ? Trusted.Value : MakeCertificate(MakeAuthority());
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Makes this process trust the certificates of such servers, and no others that the machine does not.</summary>
    /// <remarks>SmtpClient asks this callback and nothing else that a test could set; the product never sets it.</remarks>
    public static void TrustInThisProcess()
    {
#pragma warning disable SYSLIB0014, CA5359 // The callback checks the chain against one authority.
        ServicePointManager.ServerCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            if (errors == SslPolicyErrors.None)
                return true;
            if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) || certificate is null)
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(Authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(new X509Certificate2(certificate));
        };
#pragma warning restore SYSLIB0014, CA5359
    }

    public int Port { get; }

    /// <summary>What goes wrong from now on; null for nothing.</summary>
    public SmtpFault? Fault { get; set; }

    public bool OffersStartTls { get; init; } = true;

    /// <summary>The only name and password that are let in; null asks for none.</summary>
    public (string UserName, string Password)? Account { get; init; }

    /// <summary>Told when a whole message is here, before its answer.</summary>
    public Action? Received { get; set; }

    public IReadOnlyList<SmtpMail> Mails => [.. _mails];

    public IReadOnlyList<string> Commands => [.. _commands];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // stopped, perhaps between two clients
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
                await new Conversation(this, client.GetStream()).RunAsync(_stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or DropException)
        {
            // the other side left, or the fault asked for it
        }
        catch (System.Security.Authentication.AuthenticationException)
        {
            // the client does not trust the certificate
        }
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Anteroom test mail authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    private static X509Certificate2 MakeCertificate(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.Create(authority, now.AddDays(-1), now.AddDays(29), RandomNumberGenerator.GetBytes(8));
        using var whole = made.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null); // with a key that SslStream takes
    }

    private sealed class DropException : Exception;

    private sealed class Conversation(SmtpServer server, Stream stream)
    {
        private Stream _stream = stream;
        private bool _encrypted;
        private string? _userName;
        private string? _password;
        private string _from = "";
        private List<string> _to = [];

        public async Task RunAsync(CancellationToken ct)
        {
            if (!await PassAsync(SmtpStep.Greeting, ct))
                return;
            await SayAsync("220 test ESMTP", ct);
            while (await ReadLineAsync(ct) is { } line)
            {
                server._commands.Enqueue(line);
                var word = line.Split(' ')[0].ToUpperInvariant();
                if (word == "QUIT")
                {
                    await SayAsync("221 bye", ct);
                    return;
                }
                await AnswerAsync(word, line, ct);
            }
        }

        private async Task AnswerAsync(string word, string line, CancellationToken ct)
        {
            switch (word)
            {
                case "EHLO" or "HELO" when await PassAsync(SmtpStep.Hello, ct):
                    List<string> offers = ["test"];
                    if (server.OffersStartTls && !_encrypted)
                        offers.Add("STARTTLS");
                    if (server.Account is not null)
                        offers.Add("AUTH LOGIN");
                    offers.Add("SIZE 1000000");
                    for (var i = 0; i < offers.Count; i++)
                        await SayAsync($"250{(i == offers.Count - 1 ? ' ' : '-')}{offers[i]}", ct);
                    break;
                case "STARTTLS" when await PassAsync(SmtpStep.StartTls, ct):
                    await SayAsync("220 go on", ct);
                    var tls = new SslStream(_stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server._certificate }, ct);
                    (_stream, _encrypted) = (tls, true);
                    break;
                case "AUTH" when await PassAsync(SmtpStep.Authentication, ct):
                    await AuthenticateAsync(line, ct);
                    break;
                case "MAIL" when server.Account is not null && _userName is null:
                    await SayAsync("530 5.7.0 Authentication required", ct);
                    break;
                case "MAIL" when await PassAsync(SmtpStep.Sender, ct):
                    (_from, _to) = (AddressIn(line), []);
                    await SayAsync("250 ok", ct);
                    break;
                case "RCPT" when await PassAsync(SmtpStep.Recipient, ct):
                    _to.Add(AddressIn(line));
                    await SayAsync("250 ok", ct);
                    break;
                case "DATA" when await PassAsync(SmtpStep.Data, ct):
                    await SayAsync("354 go on", ct);
                    await ReceiveAsync(ct);
                    break;
                case "RSET" or "NOOP":
                    await SayAsync("250 ok", ct);
                    break;
            }
        }

        private async Task AuthenticateAsync(string line, CancellationToken ct)
        {
            var parts = line.Split(' ');
            string name;
            if (parts.Length > 2)
                name = Decode(parts[2]);
            else
            {
                await SayAsync("334 VXNlcm5hbWU6", ct);
                name = Decode(await ReadLineAsync(ct) ?? "");
            }
            await SayAsync("334 UGFzc3dvcmQ6", ct);
            var password = Decode(await ReadLineAsync(ct) ?? "");
            if (server.Account is { } account && (name, password) == account)
            {
                (_userName, _password) = (name, password);
                await SayAsync("235 welcome", ct);
            }
            else
                await SayAsync("535 5.7.8 Authentication credentials invalid", ct);
        }

        private async Task ReceiveAsync(CancellationToken ct)
        {
            var data = new StringBuilder();
            while (await ReadLineAsync(ct) is { } line && line != ".")
                data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            server._mails.Enqueue(new(_from, _to, _userName, _password, _encrypted, data.ToString()));
            server.Received?.Invoke();
            if (await PassAsync(SmtpStep.Message, ct))
                await SayAsync("250 taken", ct);
        }

        /// <summary>False where a refusal was said; hangs or ends the connection where the fault says so.</summary>
        private async Task<bool> PassAsync(SmtpStep step, CancellationToken ct)
        {
            if (server.Fault is not { } fault || fault.Step != step)
                return true;
            if (fault.Drops)
                throw new DropException();
            if (fault.Code is not { } code)
            {
                await Task.Delay(Timeout.Infinite, ct);
                return false;
            }
            await SayAsync(string.Create(CultureInfo.InvariantCulture, $"{code} no"), ct);
            return false;
        }

        private async Task SayAsync(string line, CancellationToken ct)
        {
            await _stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), ct);
            await _stream.FlushAsync(ct);
        }

        private async Task<string?> ReadLineAsync(CancellationToken ct)
        {
            List<byte> line = [];
            var one = new byte[1];
            while (await _stream.ReadAsync(one, ct) == 1)
            {
                if (one[0] == '\n')
                    return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
                line.Add(one[0]);
            }
            return null;
        }

        private static string AddressIn(string line) => line.Split('<', '>') is [_, var address, ..] ? address : "";

        private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
    }
}
