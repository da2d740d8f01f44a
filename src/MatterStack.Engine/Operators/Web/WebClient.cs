using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Web;

/// <summary>One HTTP request after another, each with what became of it as a value. Follows no redirect, keeps no cookie and takes no proxy from the environment: what authorizes us goes to the host it is meant for and to no other.</summary>
/// <param name="clock">For times at which we are asked to come again.</param>
/// <param name="timeout">How long a request may go without a sign of life.</param>
/// <param name="secret">Gives the value of the header <c>Authorization</c>; null: there is none.</param>
/// <param name="redaction">Hides it, and all else that the command has resolved, in what comes back.</param>
internal sealed class WebClient(TimeProvider clock, TimeSpan timeout, Func<string>? secret, Redaction redaction) : IDisposable
{
    /// <summary>Largest reply that is read into memory, in bytes.</summary>
    public const int Limit = 16 << 20;

    /// <summary>Header that tells a request that is repeated from another one.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    private const int ShownWords = 300;
    private static readonly string[] Told = ["error", "message", "detail", "title"];

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = timeout, PooledConnectionLifetime = TimeSpan.FromMinutes(5), MaxConnectionsPerServer = 8,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends a request and reads the whole reply.</summary>
    /// <exception cref="ProblemException">What authorizes us cannot be had.</exception>
    public async Task<WebReply> SendAsync(HttpMethod method, string url, ReadOnlyMemory<byte>? json, IEnumerable<(string Name, string Value)> headers, CancellationToken stop)
    {
        using var request = Request(method, url, headers, out var shield);
        if (json is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return await ExchangeAsync(request, shield, async (response, patience) =>
        {
            using var stream = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            using var copy = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = await stream.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0; patience.CancelAfter(timeout))
            {
                copy.Write(buffer, 0, read);
                if (copy.Length > Limit)
                {
                    return new WebReply.Silent($"answered with more than {Limit >> 20} MiB");
                }
            }

            return Judge(response, copy.GetBuffer().AsMemory(0, (int)copy.Length), shield);
        }, stop).ConfigureAwait(false);
    }

    /// <summary>Sends a request and hands its reply on piece by piece if it is a good one.</summary>
    /// <exception cref="ProblemException">What authorizes us cannot be had.</exception>
    public async Task<WebReply> FetchAsync(string url, IEnumerable<(string Name, string Value)> headers, Action<ReadOnlyMemory<byte>> take, CancellationToken stop)
    {
        using var request = Request(HttpMethod.Get, url, headers, out var shield);
        return await ExchangeAsync(request, shield, async (response, patience) =>
        {
            if (!response.IsSuccessStatusCode)
            {
                return Judge(response, default, shield);
            }

            using var stream = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            var buffer = new byte[1 << 16];
            for (int read; (read = await stream.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0; patience.CancelAfter(timeout))
            {
                take(buffer.AsMemory(0, read));
            }

            return new WebReply.Good(null);
        }, stop).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, string url, IEnumerable<(string Name, string Value)> headers, out SecretShield shield)
    {
        shield = new SecretShield(secret?.Invoke(), redaction);
        var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (shield.Header is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return request;
    }

    private async Task<WebReply> ExchangeAsync(HttpRequestMessage request, SecretShield shield, Func<HttpResponseMessage, CancellationTokenSource, Task<WebReply>> read, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(timeout);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            // Every piece that arrives is a sign of life.
            patience.CancelAfter(timeout);
            return await read(response, patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new WebReply.Silent($"gave no sign of life for {timeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            return new WebReply.Silent(OneLine(e.InnerException?.Message ?? e.Message, shield));
        }
        catch (IOException e) when (e is HttpIOException || e.InnerException is System.Net.Sockets.SocketException)
        {
            return new WebReply.Silent(OneLine(e.Message, shield));
        }
    }

    private WebReply Judge(HttpResponseMessage response, ReadOnlyMemory<byte> body, SecretShield shield)
    {
        var text = Encoding.UTF8.GetString(ByteOrderMark.Skip(body.Span));
        var code = (int)response.StatusCode;
        if (code is >= 300 and < 400)
        {
            return new WebReply.Silent($"redirects (HTTP {code}), which is not followed; give the address itself in operators.yaml");
        }

        if (response.IsSuccessStatusCode)
        {
            return text.Trim().Length == 0 ? new WebReply.Good(null) : Object(text, body.Span, shield);
        }

        var words = Words(text, shield) ?? OneLine(response.ReasonPhrase ?? "", shield);
        var told = $"HTTP {code}{(words.Length == 0 ? "" : ": " + words)}";
        return code is >= 400 and < 500 and not (408 or 425 or 429) ? new WebReply.Refused(response.StatusCode, told) : new WebReply.Silent(told, Wait(response.Headers.RetryAfter));
    }

    // Text by text: what was escaped in the reply is written out there, and what is no text stays JSON.
    private static JsonNode? Hidden(JsonNode? json, SecretShield shield) => json switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(shield.Hide(m.Key), Hidden(m.Value, shield))).DistinctBy(m => m.Key)),
        JsonArray list => new JsonArray([.. list.Select(entry => Hidden(entry, shield))]),
        JsonValue value when (value.TryGetValue<string>(out var text) ? text : value.ToJsonString()) is var said && shield.Hide(said) is var hidden && hidden != said => JsonValue.Create(hidden),
        _ => json?.DeepClone(),
    };

    private static WebReply Object(string text, ReadOnlySpan<byte> body, SecretShield shield)
    {
        if (!Utf8.IsValid(body))
        {
            // Words of what cannot be decoded are not shown: what authorizes us could be among them, and would not be found there.
            var where = OutsideJson.Check(body, JsonRule.Reply)!;
            return Unreadable(shield.Header is null ? where : where with { What = "it is not UTF-8" });
        }

        if (Parse(text, out var fault) is { } json)
        {
            return new WebReply.Good((JsonObject)Hidden(json, shield)!);
        }

        // A word may be cut, and what is hidden is found whole only.
        _ = Parse(shield.Hide(text), out var hidden);
        return Unreadable(hidden ?? fault!);
    }

    private static WebReply.Silent Unreadable(JsonFault fault) => new($"answered with something that is no JSON object: {fault}") { Unreadable = true };

    private TimeSpan? Wait(RetryConditionHeaderValue? asked) => asked?.Delta ?? (asked?.Date is { } date ? date - clock.GetUtcNow() : null);

    private static JsonObject? Parse(string text, out JsonFault? fault)
    {
        using var document = OutsideJson.Parse(text, JsonRule.Reply, out fault);
        return document is null ? null : (JsonObject?)OutsideJson.NodeOf(document.RootElement);
    }

    // What a service says in JSON, or in a short plain text; a page for browsers says nothing to our users.
    private static string? Words(string text, SecretShield shield)
    {
        if (Parse(text, out _) is { } json)
        {
            return Told.Select(name => json[name] is JsonValue value && value.TryGetValue<string>(out var said) ? OneLine(said, shield) : null).FirstOrDefault(said => said is { Length: > 0 });
        }

        var line = text.TrimStart();
        return line.Length == 0 || line[0] == '<' ? null : OneLine(line, shield);
    }

    private static string OneLine(string text, SecretShield shield) => OutsideText.ToLine(shield.Hide(text).Trim(), ShownWords);
}

/// <summary>What became of a request.</summary>
internal abstract record WebReply
{
    private WebReply()
    {
    }

    /// <summary>It was done.</summary>
    /// <param name="Json">What it gives; null if nothing.</param>
    public sealed record Good(JsonObject? Json) : WebReply;

    /// <summary>It will not be done, however often it is asked.</summary>
    public sealed record Refused(HttpStatusCode Code, string Words) : WebReply;

    /// <summary>Nothing is known; ask again.</summary>
    /// <param name="Why">In a person's words.</param>
    /// <param name="After">When, if the other side said so.</param>
    public sealed record Silent(string Why, TimeSpan? After = null) : WebReply
    {
        /// <summary>Whether it took the request, and only what it says in return cannot be read.</summary>
        public bool Unreadable { get; init; }
    }
}
