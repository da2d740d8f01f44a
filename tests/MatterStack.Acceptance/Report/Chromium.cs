using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MatterStack.Acceptance.Report;

/// <summary>A headless Chromium with one page, through the protocol of its developer tools. Also measured with, so it knows nothing of
/// tests.</summary>
internal sealed class Chromium : IDisposable
{
    /// <summary>Only tells a hang from slowness.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string _profile = Directory.CreateTempSubdirectory("matterstack-chromium-").FullName;
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _calls = new();
    private readonly Action<string, JsonElement> _happened;
    private readonly Task _listening;
    private readonly string? _session;
    private int _last;

    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="happened">Takes events of the page: their names and what is said with them.</param>
    public Chromium(int width, Action<string, JsonElement> happened)
    {
        _happened = happened;
        // It must not look for anything in a network, nor share anything with the browser of whoever runs this.
        string[] flags =
        [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--remote-debugging-port=0",
            "--user-data-dir=" + _profile,
            FormattableString.Invariant($"--window-size={width},900"),
            "about:blank",
        ];
        _process = Process.Start(new ProcessStartInfo("chromium", flags) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        // Nobody reads what it says, and it must not wait for that.
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        _socket.ConnectAsync(Address(), CancellationToken.None).GetAwaiter().GetResult();
        _listening = Task.Run(Listen);
        var target = Call("Target.createTarget", new JsonObject { ["url"] = "about:blank" }).GetProperty("targetId").GetString();
        _session = Call("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true })
            .GetProperty("sessionId")
            .GetString();
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" })
        {
            Call(domain + ".enable");
        }
    }

    /// <exception cref="InvalidOperationException">The browser refuses.</exception>
    public JsonElement Call(string method, JsonObject? parameters = null)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _calls[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters ?? [],
        };
        if (_session is not null)
        {
            message["sessionId"] = _session;
        }

        _socket
            .SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        return answer.Task.WaitAsync(Patience).GetAwaiter().GetResult();
    }

    /// <summary>What an expression gives, in the page.</summary>
    /// <exception cref="InvalidOperationException">It throws there.</exception>
    public JsonElement Evaluate(string expression)
    {
        var answer = Call(
            "Runtime.evaluate",
            new JsonObject
            {
                ["expression"] = expression,
                ["returnByValue"] = true,
                ["awaitPromise"] = true,
            }
        );
        return answer.TryGetProperty("exceptionDetails", out var wrong) ? throw new InvalidOperationException(wrong.ToString())
            : answer.GetProperty("result").TryGetProperty("value", out var value) ? value
            : default;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _listening.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _socket.Dispose();
        _process.Dispose();
        RemoveProfile();
    }

    // It says in a file of its profile where it listens.
    private Uri Address()
    {
        var file = Path.Combine(_profile, "DevToolsActivePort");
        var watch = Stopwatch.StartNew();
        using var pause = new ManualResetEventSlim();
        while (!_process.HasExited && watch.Elapsed < Patience)
        {
            if (File.Exists(file) && File.ReadAllLines(file) is [var port, var path])
            {
                return new Uri($"ws://127.0.0.1:{port}{path}");
            }

            pause.Wait(20);
        }

        throw new InvalidOperationException("chromium does not start");
    }

    private async Task Listen()
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        while (_socket.State == WebSocketState.Open)
        {
            var part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                using var document = JsonDocument.Parse(message.GetBuffer().AsMemory(0, (int)message.Length));
                Take(document.RootElement.Clone());
                message.SetLength(0);
            }
        }
    }

    private void Take(JsonElement said)
    {
        if (said.TryGetProperty("id", out var id) && _calls.TryRemove(id.GetInt32(), out var call))
        {
            _ = said.TryGetProperty("result", out var result)
                ? call.TrySetResult(result)
                : call.TrySetException(new InvalidOperationException(said.ToString()));
        }
        else if (said.TryGetProperty("method", out var method))
        {
            _happened(method.GetString()!, said.TryGetProperty("params", out var parameters) ? parameters : default);
        }
    }

    // Some of its processes write there a moment longer.
    private void RemoveProfile()
    {
        using var pause = new ManualResetEventSlim();
        for (var tries = 0; Directory.Exists(_profile); tries++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
            }
            catch (IOException) when (tries < 100)
            {
                pause.Wait(20);
            }
        }
    }
}
