using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Handles uncaught exceptions of a campaign, thrown in its own threads or in <c>async void</c> methods. Otherwise they would end
/// the build's process.</summary>
internal sealed class StrayExceptions : SynchronizationContext
{
    private static readonly Lazy<bool> Watch = new(Begin);
    private static readonly ConcurrentDictionary<Watcher, bool> Watchers = [];
    private readonly CampaignOutput _output;

    private StrayExceptions(CampaignOutput output) => _output = output;

    /// <summary>Records uncaught exceptions of the current thread, and of the work that it starts, in <paramref name="output"/>.</summary>
    public static void Gather(CampaignOutput output)
    {
        _ = Watch.Value;
        SetSynchronizationContext(new StrayExceptions(output));
    }

    /// <summary>Reports uncaught exceptions of an assembly, or of an assembly in the same load context, on any thread.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="report">Receives each exception.</param>
    /// <returns>An object whose disposal ends the reports.</returns>
    public static IDisposable Hear(Assembly assembly, Action<Exception> report)
    {
        _ = Watch.Value;
        var watcher = new Watcher(assembly, report);
        Watchers[watcher] = true;
        return watcher;
    }

    /// <summary>Runs continuations in the thread pool, as without a context, so that code that blocks on a result does not wait for its own
    /// thread.</summary>
    public override void Post(SendOrPostCallback d, object? state) => _ = Background.StartTask(
        () =>
        {
            SetSynchronizationContext(this);
            try
            {
                d(state);
            }
            finally
            {
                SetSynchronizationContext(null);
            }
        },
        thrown => Tell(thrown, _output));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    // The runtime accepts one such handler for the life of the process.
    private static bool Begin()
    {
        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(IsHandled);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsHandled(Exception thrown)
    {
        var assemblies = new StackTrace(thrown, fNeedFileInfo: false).GetFrames().Select(frame => frame.GetMethod()?.Module.Assembly).OfType<Assembly>().Distinct().ToList();
        if (Watchers.Keys.Where(watcher => assemblies.Any(watcher.IsAbout)).ToList() is { Count: > 0 } watchers)
        {
            foreach (var watcher in watchers)
            {
                Background.Guard(() => watcher.Told(thrown), Background.Ignore);
            }

            return true;
        }

        if (CampaignConsole.Current is not { } output && !IsOfCampaign(thrown))
        {
            return false;
        }

        Tell(thrown, CampaignConsole.Current);
        return true;
    }

    // A timer runs without the execution context of the campaign, so the stack decides.
    private static bool IsOfCampaign(Exception thrown) => new StackTrace(thrown, fNeedFileInfo: false).GetFrames()
        .Any(frame => frame.GetMethod()?.Module.Assembly is { IsCollectible: true } assembly && AssemblyLoadContext.GetLoadContext(assembly)?.Name == CampaignContext.ContextName);

    private static void Tell(Exception thrown, CampaignOutput? output)
    {
        if (output?.Note(thrown) != true)
        {
            CampaignConsole.Current = null;
            Console.Error.WriteLine(OutsideText.ToLine("MatterStack: a thread that a campaign left behind threw " + CampaignCall.Told(thrown)));
        }
    }

    private sealed class Watcher(Assembly assembly, Action<Exception> report) : IDisposable
    {
        public Action<Exception> Told => report;

        public bool IsAbout(Assembly other) => other == assembly || (other.IsCollectible && AssemblyLoadContext.GetLoadContext(other) == AssemblyLoadContext.GetLoadContext(assembly));

        public void Dispose() => Watchers.TryRemove(this, out _);
    }
}
