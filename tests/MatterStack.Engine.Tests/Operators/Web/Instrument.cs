using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MatterStack.Engine.Tests.Operators.Web;

/// <summary>An instrument with the interface that the documentation describes.</summary>
internal sealed class Instrument(int port = 0) : LocalService(port)
{
    /// <summary>What it has accepted: how often each attempt was begun. More than once would be a ruined sample.</summary>
    public ConcurrentDictionary<string, int> Begun { get; } = new();

    /// <summary>How each attempt stands.</summary>
    public ConcurrentDictionary<string, string> Status { get; } = new();

    public ConcurrentDictionary<string, string> Results { get; } = new();

    /// <summary>Results as bytes, in place of those above.</summary>
    public ConcurrentDictionary<string, byte[]> Raw { get; } = new();

    public ConcurrentDictionary<string, string> Files { get; } = new();

    /// <summary>Whether it does the work the moment it gets it.</summary>
    public bool Quick { get; set; }

    public string Only => Begun.Keys.Single();

    public void Complete(string result = """{"status": "COMPLETED", "data": {"thickness_nm": 31.5}}""")
    {
        Results[Only] = result;
        Status[Only] = """{"status": "COMPLETED"}""";
    }

    protected override async Task AnswerAsync(HttpContext context, string body)
    {
        var parts = context.Request.Path.Value!.Split('/', 5, StringSplitOptions.RemoveEmptyEntries);
        var id = parts[1];
        switch (context.Request.Method, parts.Length)
        {
            case ("PUT", 2):
                if (Status.TryAdd(id, """{"status": "ACCEPTED"}"""))
                {
                    Begun.AddOrUpdate(id, 1, (_, n) => n + 1);
                    if (Quick)
                    {
                        Results[id] = """{"status": "COMPLETED"}""";
                        Status[id] = """{"status": "COMPLETED"}""";
                    }
                }

                await SayAsync(context, Status[id]);
                break;
            case ("GET", 2):
                await SayAsync(context, Status.GetValueOrDefault(id));
                break;
            case ("GET", 3) when parts[2] == "result" && Raw.TryGetValue(id, out var raw):
                await context.Response.Body.WriteAsync(raw);
                break;
            case ("GET", 3) when parts[2] == "result":
                await SayAsync(context, Results.GetValueOrDefault(id));
                break;
            case ("GET", > 3) when parts[2] == "files":
                await SayAsync(context, Files.GetValueOrDefault(string.Join('/', parts[3..])));
                break;
            case ("DELETE", 2):
                Status[id] = """{"status": "CANCELLED"}""";
                await SayAsync(context, Status[id]);
                break;
            default:
                await SayAsync(context, null);
                break;
        }
    }

    private static async Task SayAsync(HttpContext context, string? text)
    {
        context.Response.StatusCode = text is null ? 404 : 200;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text ?? """{"error": "no such thing"}"""));
    }
}
