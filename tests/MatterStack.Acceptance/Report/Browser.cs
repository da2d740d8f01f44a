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

    /// <summary>Shows the page as on another screen, or as it is printed.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="dark">Whether the system has dark colours.</param>
    /// <param name="printed">Whether it is printed.</param>
    public void Show(int width, bool dark = false, bool printed = false)
    {
        _chromium.Call(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject
            {
                ["width"] = width,
                ["height"] = 900,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );
        _chromium.Call(
            "Emulation.setEmulatedMedia",
            new JsonObject
            {
                ["media"] = printed ? "print" : "screen",
                ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }),
            }
        );
    }

    /// <summary>Prints the page and returns the size of the PDF file in bytes.</summary>
    public int Print() =>
        Convert
            .FromBase64String(
                _chromium
                    .Call("Page.printToPDF", new JsonObject { ["preferCSSPageSize"] = true, ["printBackground"] = true })
                    .GetProperty("data")
                    .GetString()!
            )
            .Length;

    /// <summary>Saves what is to be seen as an image.</summary>
    public void Save(string path) =>
        File.WriteAllBytes(path, Convert.FromBase64String(_chromium.Call("Page.captureScreenshot").GetProperty("data").GetString()!));

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
