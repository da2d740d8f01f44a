using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Report;

/// <summary>A page in a real browser, and what it complains of.</summary>
internal sealed class Browser : IDisposable
{
    private readonly Chromium _chromium;

    public Browser(int width = 1200)
    {
        Require.Component("chromium");
        _chromium = new Chromium(width, Take);
    }

    /// <summary>Exceptions, errors of the console, and requests for anything but files.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>How often a page was loaded.</summary>
    public int Loads { get; private set; }

    public void Open(string path)
    {
        var before = Loads;
        _chromium.Call("Page.navigate", new JsonObject { ["url"] = new Uri(path).AbsoluteUri });
        Wait.Until(() => Loads > before, path + " to be loaded");
    }

    /// <summary>What an expression gives, in the page.</summary>
    public JsonElement Evaluate(string expression) => _chromium.Evaluate(expression);

    public string Text(string expression) => Evaluate(expression).ToString();

    public int Number(string expression) => Evaluate(expression).GetInt32();

    public void Dispose() => _chromium.Dispose();

    private void Take(string name, JsonElement more)
    {
        switch (name)
        {
            case "Page.loadEventFired":
                Loads++;
                break;
            case "Runtime.exceptionThrown":
            case "Runtime.consoleAPICalled" when more.GetProperty("type").GetString() is "error" or "assert":
            case "Log.entryAdded" when more.GetProperty("entry").GetProperty("level").GetString() == "error":
                Complaints.Enqueue(more.ToString());
                break;
            case "Network.requestWillBeSent"
                when more.GetProperty("request").GetProperty("url").GetString() is { } url
                    && url.Split(':')[0] is not ("file" or "data" or "blob" or "about"):
                Complaints.Enqueue("asks for " + url);
                break;
        }
    }
}
