using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MatterStack.Engine.Tests.Operators.Web;

/// <summary>A service on a port of this machine that keeps what it was asked and can misbehave on order.</summary>
internal class LocalService : IAsyncDisposable, IDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Fault>> _faults = new();
    private int _underWay;

    public LocalService(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.Run(TakeAsync);
        _app.StartAsync().GetAwaiter().GetResult();
        Url = _app.Urls.Single();
    }

    public string Url { get; }

    public int Port => new Uri(Url).Port;

    /// <summary>All requests: method, path, headers, body.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    public int MostAtOnce { get; private set; }

    /// <summary>The next request with this method goes wrong like this.</summary>
    public void Fail(string method, Fault fault) => _faults.GetOrAdd(method, _ => new()).Enqueue(fault);

    public int Count(string method) => Requests.Count(r => r.Method == method);

    protected virtual Task AnswerAsync(HttpContext context, string body) => Task.CompletedTask;

    private async Task TakeAsync(HttpContext context)
    {
        lock (_faults)
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_underWay);
        }

        try
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            Requests.Enqueue(
                new Asked(
                    context.Request.Method,
                    context.Request.Path,
                    context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                    body
                )
            );
            if (!_faults.TryGetValue(context.Request.Method, out var faults) || !faults.TryDequeue(out var fault))
            {
                await AnswerAsync(context, body);
                return;
            }

            switch (fault)
            {
                case Fault.DropAfter:
                    await AnswerAsync(
                        new DefaultHttpContext { Request = { Method = context.Request.Method, Path = context.Request.Path } },
                        body
                    );
                    context.Abort();
                    break;
                case Fault.Hang:
                    var gone = new TaskCompletionSource();
                    context.RequestAborted.Register(gone.SetResult);
                    await gone.Task;
                    break;
                case Fault.Garbage:
                    await context.Response.WriteAsync("<html>Welcome to the guest network</html>");
                    break;
                case Fault.Reply(var status, var text, var location):
                    context.Response.StatusCode = status;
                    if (location is not null)
                    {
                        context.Response.Headers.Location = location;
                    }

                    await context.Response.WriteAsync(text);
                    break;
                default:
                    throw new InvalidOperationException("No such fault");
            }
        }
        finally
        {
            lock (_faults)
            {
                _underWay--;
            }
        }
    }

    public void Dispose()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        _app.StopAsync(now.Token).GetAwaiter().GetResult();
        _app.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A request as it came.</summary>
internal sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>How a service misbehaves.</summary>
internal abstract record Fault
{
    /// <summary>Does what it is asked and breaks the connection instead of answering.</summary>
    public sealed record DropAfter : Fault;

    /// <summary>Never answers.</summary>
    public sealed record Hang : Fault;

    /// <summary>Answers with a page for browsers.</summary>
    public sealed record Garbage : Fault;

    /// <summary>Does nothing and answers so.</summary>
    public sealed record Reply(int Status, string Text, string? Location = null) : Fault;
}
