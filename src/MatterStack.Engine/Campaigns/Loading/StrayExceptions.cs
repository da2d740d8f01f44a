using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Exceptions that a campaign throws where nobody catches them, in a thread of its own or an <c>async void</c> method: they would end the build's process.</summary>
internal sealed class StrayExceptions : SynchronizationContext
{
    private static readonly Lazy<bool> Watch = new(Begin);
    private static readonly ConcurrentDictionary<Watcher, bool> Watchers = [];
    private readonly CampaignOutput _output;

    private StrayExceptions(CampaignOutput output) => _output = output;

    /// <summary>Has the current thread, and what it starts, hand over what nobody catches.</summary>
    public static void Gather(CampaignOutput output)
    {
        _ = Watch.Value;
        SetSynchronizationContext(new StrayExceptions(output));
    }

    /// <summary>Hands over what an assembly, or one that was loaded with it, throws on threads where nobody catches it.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="told">Takes each.</param>
    /// <returns>Ends it.</returns>
    public static IDisposable Hear(Assembly assembly, Action<Exception> told)
    {
        _ = Watch.Value;
        var watcher = new Watcher(assembly, told);
        Watchers[watcher] = true;
        return watcher;
    }

    /// <summary>Runs what was awaited in the thread pool, as without a context: whoever blocks on a result waits for no thread of his own.</summary>
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

    // The runtime takes one such handler for the life of the process.
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

    // Timers have no flow of execution left.
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

    private sealed class Watcher(Assembly assembly, Action<Exception> told) : IDisposable
    {
        public Action<Exception> Told => told;

        public bool IsAbout(Assembly other) => other == assembly || (other.IsCollectible && AssemblyLoadContext.GetLoadContext(other) == AssemblyLoadContext.GetLoadContext(assembly));

        public void Dispose() => Watchers.TryRemove(this, out _);
    }
}
