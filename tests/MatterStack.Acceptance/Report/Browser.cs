using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Report;

/// <summary>A page in a real headless Chromium, through the protocol of its developer tools.</summary>
internal sealed class Browser : IDisposable
{
    private readonly string _profile = Directory.CreateTempSubdirectory("matterstack-chromium-").FullName;
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _calls = new();
    private readonly Task _listening;
    private readonly string _session;
    private int _last;

    public Browser(int width = 1200)
    {
        Require.Component("chromium");
        // It must not look for anything in a network, nor share anything with the browser of whoever runs the tests.
        string[] flags =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            "--remote-debugging-port=0", "--user-data-dir=" + _profile, FormattableString.Invariant($"--window-size={width},900"), "about:blank",
        ];
        _process = Process.Start(new ProcessStartInfo("chromium", flags) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        // Nobody reads what it says, and it must not wait for that.
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var port = Path.Combine(_profile, "DevToolsActivePort");
        Wait.Until(() => _process.HasExited || (File.Exists(port) && File.ReadAllLines(port).Length == 2), "chromium");
        Assert.IsFalse(_process.HasExited, "chromium has ended at once");
        var lines = File.ReadAllLines(port);
        _socket.ConnectAsync(new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}"), CancellationToken.None).GetAwaiter().GetResult();
        _session = "";
        _listening = Task.Run(Listen);
        var target = Call("Target.createTarget", new JsonObject { ["url"] = "about:blank" }).GetProperty("targetId").GetString();
        _session = Call("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }).GetProperty("sessionId").GetString()!;
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" })
        {
            Call(domain + ".enable");
        }
    }

    /// <summary>Exceptions, errors of the console, and requests for anything but files.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>How often a page was loaded.</summary>
    public int Loads { get; private set; }

    public void Open(string path)
    {
        var before = Loads;
        Call("Page.navigate", new JsonObject { ["url"] = new Uri(path).AbsoluteUri });
        Wait.Until(() => Loads > before, path + " to be loaded");
    }

    /// <summary>What an expression gives, in the page.</summary>
    public JsonElement Evaluate(string expression)
    {
        var answer = Call("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.IsFalse(answer.TryGetProperty("exceptionDetails", out var wrong), wrong.ToString());
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    public string Text(string expression) => Evaluate(expression).ToString();

    public int Number(string expression) => Evaluate(expression).GetInt32();

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
        Shell.Run($"rm -rf '{_profile}'");
    }

    private JsonElement Call(string method, JsonObject? parameters = null)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _calls[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (_session.Length > 0)
        {
            message["sessionId"] = _session;
        }

        _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, CancellationToken.None).GetAwaiter().GetResult();
        return answer.Task.WaitAsync(Wait.Patience).GetAwaiter().GetResult();
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
            call.SetResult(said.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(said.ToString()));
            return;
        }

        var more = said.TryGetProperty("params", out var parameters) ? parameters : default;
        switch (said.TryGetProperty("method", out var method) ? method.GetString() : null)
        {
            case "Page.loadEventFired":
                Loads++;
                break;
            case "Runtime.exceptionThrown":
            case "Runtime.consoleAPICalled" when more.GetProperty("type").GetString() is "error" or "assert":
            case "Log.entryAdded" when more.GetProperty("entry").GetProperty("level").GetString() == "error":
                Complaints.Enqueue(more.ToString());
                break;
            case "Network.requestWillBeSent" when more.GetProperty("request").GetProperty("url").GetString() is { } url && url.Split(':')[0] is not ("file" or "data" or "blob" or "about"):
                Complaints.Enqueue("asks for " + url);
                break;
        }
    }
}
