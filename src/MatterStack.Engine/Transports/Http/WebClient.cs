using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Transports.Http;

/// <summary>Sends HTTP requests and returns each result as a value. Follows no redirect, keeps no cookie and uses no proxy of the
/// environment, so that the authorization goes only to the intended host.</summary>
/// <param name="clock">The clock, for <c>Retry-After</c>.</param>
/// <param name="timeout">How long a request may receive no data.</param>
/// <param name="secret">Returns the value of the header <c>Authorization</c>; null if there is none.</param>
/// <param name="redaction">Redacts the value and all other secrets of the command in replies.</param>
internal sealed class WebClient(TimeProvider clock, TimeSpan timeout, Func<string>? secret, SecretRedactor redaction) : IDisposable
{
    /// <summary>Largest reply that is read into memory, in bytes.</summary>
    public const int MaxReplyBytes = 16 << 20;

    /// <summary>Header by which a service recognizes a repeated request.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    private const int MaxErrorLength = 300;
    private static readonly string[] ErrorKeys = ["error", "message", "detail", "title"];

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 8,
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends a request and reads the whole reply.</summary>
    /// <exception cref="ProblemException">The authorization cannot be resolved.</exception>
    public async Task<WebReply> SendAsync(
        HttpMethod method,
        string url,
        ReadOnlyMemory<byte>? json,
        IEnumerable<(string Name, string Value)> headers,
        CancellationToken stop
    )
    {
        using var request = CreateRequest(method, url, headers, out var shield);
        if (json is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return await SendAndReadAsync(
                request,
                shield,
                async (response, patience) =>
                {
                    using var stream = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
                    using var copy = new MemoryStream();
                    var buffer = new byte[1 << 16];
                    for (
                        int read;
                        (read = await stream.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0;
                        patience.CancelAfter(timeout)
                    )
                    {
                        copy.Write(buffer, 0, read);
                        if (copy.Length > MaxReplyBytes)
                        {
                            return new WebReply.TransientFailure($"answered with more than {MaxReplyBytes >> 20} MiB");
                        }
                    }

                    return InterpretResponse(response, copy.GetBuffer().AsMemory(0, (int)copy.Length), shield);
                },
                stop
            )
            .ConfigureAwait(false);
    }

    /// <summary>Sends a request and passes the body of a successful reply on in parts.</summary>
    /// <exception cref="ProblemException">The authorization cannot be resolved.</exception>
    public async Task<WebReply> DownloadAsync(
        string url,
        IEnumerable<(string Name, string Value)> headers,
        Action<ReadOnlyMemory<byte>> take,
        CancellationToken stop
    )
    {
        using var request = CreateRequest(HttpMethod.Get, url, headers, out var shield);
        return await SendAndReadAsync(
                request,
                shield,
                async (response, patience) =>
                {
                    if (!response.IsSuccessStatusCode)
                    {
                        return InterpretResponse(response, default, shield);
                    }

                    using var stream = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
                    var buffer = new byte[1 << 16];
                    for (
                        int read;
                        (read = await stream.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0;
                        patience.CancelAfter(timeout)
                    )
                    {
                        take(buffer.AsMemory(0, read));
                    }

                    return new WebReply.Success(null);
                },
                stop
            )
            .ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage CreateRequest(
        HttpMethod method,
        string url,
        IEnumerable<(string Name, string Value)> headers,
        out AuthorizationRedactor shield
    )
    {
        shield = new AuthorizationRedactor(secret?.Invoke(), redaction);
        var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (shield.HeaderValue is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return request;
    }

    private async Task<WebReply> SendAndReadAsync(
        HttpRequestMessage request,
        AuthorizationRedactor shield,
        Func<HttpResponseMessage, CancellationTokenSource, Task<WebReply>> read,
        CancellationToken stop
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(timeout);
        try
        {
            using var response = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token)
                .ConfigureAwait(false);
            // Received data restarts the time limit.
            patience.CancelAfter(timeout);
            return await read(response, patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new WebReply.TransientFailure($"sent no data for {timeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            return new WebReply.TransientFailure(ToRedactedLine(e.InnerException?.Message ?? e.Message, shield));
        }
        catch (IOException e) when (e is HttpIOException || e.InnerException is System.Net.Sockets.SocketException)
        {
            return new WebReply.TransientFailure(ToRedactedLine(e.Message, shield));
        }
    }

    private WebReply InterpretResponse(HttpResponseMessage response, ReadOnlyMemory<byte> body, AuthorizationRedactor shield)
    {
        var text = Encoding.UTF8.GetString(ByteOrderMark.Skip(body.Span));
        var code = (int)response.StatusCode;
        if (code is >= 300 and < 400)
        {
            return new WebReply.TransientFailure(
                $"redirects (HTTP {code}), which is not followed; enter the final address in operators.yaml"
            );
        }

        if (response.IsSuccessStatusCode)
        {
            return text.Trim().Length == 0 ? new WebReply.Success(null) : ParseObject(text, body.Span, shield);
        }

        var words = ReadErrorText(text, shield) ?? ToRedactedLine(response.ReasonPhrase ?? "", shield);
        var told = $"HTTP {code}{(words.Length == 0 ? "" : ": " + words)}";
        return code is >= 400 and < 500 and not (408 or 425 or 429)
            ? new WebReply.Refused(response.StatusCode, told)
            : new WebReply.TransientFailure(told, ReadRetryAfter(response.Headers.RetryAfter));
    }

    // Redacts each decoded string, so that escapes in the reply hide nothing. Other values stay JSON.
    private static JsonNode? RedactJson(JsonNode? json, AuthorizationRedactor shield) =>
        json switch
        {
            JsonObject members => new JsonObject(
                members.Select(m => KeyValuePair.Create(shield.Redact(m.Key), RedactJson(m.Value, shield))).DistinctBy(m => m.Key)
            ),
            JsonArray list => new JsonArray([.. list.Select(entry => RedactJson(entry, shield))]),
            JsonValue value
                when (value.TryGetValue<string>(out var text) ? text : value.ToJsonString()) is var said
                    && shield.Redact(said) is var hidden
                    && hidden != said => JsonValue.Create(hidden),
            _ => json?.DeepClone(),
        };

    private static WebReply ParseObject(string text, ReadOnlySpan<byte> body, AuthorizationRedactor shield)
    {
        if (!Utf8.IsValid(body))
        {
            // Text that cannot be decoded is not shown: it could contain the authorization, which would not be found in it.
            var where = OutsideJson.FindFault(body, JsonRule.Reply)!;
            return CreateUnreadable(shield.HeaderValue is null ? where : where with { Description = "it is not UTF-8" });
        }

        if (ParseJson(text, out var fault) is { } json)
        {
            return new WebReply.Success((JsonObject)RedactJson(json, shield)!);
        }

        // An excerpt may cut a secret, which is then not found. So redact the whole text first.
        _ = ParseJson(shield.Redact(text), out var hidden);
        return CreateUnreadable(hidden ?? fault!);
    }

    private static WebReply.TransientFailure CreateUnreadable(JsonFault fault) =>
        new($"sent an answer that is not a JSON object: {fault}") { IsUnreadable = true };

    private TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? asked) =>
        asked?.Delta ?? (asked?.Date is { } date ? date - clock.GetUtcNow() : null);

    private static JsonObject? ParseJson(string text, out JsonFault? fault)
    {
        using var document = OutsideJson.Parse(text, JsonRule.Reply, out fault);
        return document is null ? null : (JsonObject?)OutsideJson.ToNode(document.RootElement);
    }

    // Error message of a reply: from JSON, or short plain text. An HTML page does not help a user.
    private static string? ReadErrorText(string text, AuthorizationRedactor shield)
    {
        if (ParseJson(text, out _) is { } json)
        {
            return ErrorKeys
                .Select(name =>
                    json[name] is JsonValue value && value.TryGetValue<string>(out var said) ? ToRedactedLine(said, shield) : null
                )
                .FirstOrDefault(said => said is { Length: > 0 });
        }

        var line = text.TrimStart();
        return line.Length == 0 || line[0] == '<' ? null : ToRedactedLine(line, shield);
    }

    private static string ToRedactedLine(string text, AuthorizationRedactor shield) =>
        UntrustedText.ToLine(shield.Redact(text).Trim(), MaxErrorLength);
}
