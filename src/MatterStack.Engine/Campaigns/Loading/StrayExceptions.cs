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
    private static readonly Lazy<bool> HandlerInstalled = new(InstallHandler);
    private static readonly ConcurrentDictionary<Watcher, bool> Watchers = [];
    private readonly CampaignOutput _output;

    private StrayExceptions(CampaignOutput output) => _output = output;

    /// <summary>Records uncaught exceptions of the current thread, and of the work that it starts, in <paramref name="output"/>.</summary>
    public static void CaptureExceptions(CampaignOutput output)
    {
        _ = HandlerInstalled.Value;
        SetSynchronizationContext(new StrayExceptions(output));
    }

    /// <summary>Reports uncaught exceptions of an assembly, or of an assembly in the same load context, on any thread.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="report">Receives each exception.</param>
    /// <returns>An object whose disposal ends the reports.</returns>
    public static IDisposable WatchAssembly(Assembly assembly, Action<Exception> report)
    {
        _ = HandlerInstalled.Value;
        var watcher = new Watcher(assembly, report);
        Watchers[watcher] = true;
        return watcher;
    }

    /// <summary>Runs continuations in the thread pool, as without a context, so that code that blocks on a result does not wait for its own
    /// thread.</summary>
    public override void Post(SendOrPostCallback d, object? state) =>
        _ = Background.StartTask(
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
            thrown => ReportException(thrown, _output)
        );

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    // The runtime accepts one such handler for the life of the process.
    private static bool InstallHandler()
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
        var assemblies = new StackTrace(thrown, fNeedFileInfo: false)
            .GetFrames()
            .Select(frame => frame.GetMethod()?.Module.Assembly)
            .OfType<Assembly>()
            .Distinct()
            .ToList();
        if (Watchers.Keys.Where(watcher => assemblies.Any(watcher.IsAbout)).ToList() is { Count: > 0 } watchers)
        {
            foreach (var watcher in watchers)
            {
                Background.RunGuarded(() => watcher.Report(thrown), Background.IgnoreException);
            }

            return true;
        }

        if (CampaignConsole.CurrentOutput is not { } output && !IsOfCampaign(thrown))
        {
            return false;
        }

        ReportException(thrown, CampaignConsole.CurrentOutput);
        return true;
    }

    // A timer runs without the execution context of the campaign, so the stack decides.
    private static bool IsOfCampaign(Exception thrown) =>
        new StackTrace(thrown, fNeedFileInfo: false)
            .GetFrames()
            .Any(frame =>
                frame.GetMethod()?.Module.Assembly is { IsCollectible: true } assembly
                && AssemblyLoadContext.GetLoadContext(assembly)?.Name == CampaignLoadContext.ContextName
            );

    private static void ReportException(Exception thrown, CampaignOutput? output)
    {
        if (output?.RecordStrayException(thrown) != true)
        {
            CampaignConsole.CurrentOutput = null;
            Console.Error.WriteLine(
                UntrustedText.ToLine("MatterStack: a thread that a campaign left behind threw " + CampaignInvoker.DescribeException(thrown))
            );
        }
    }

    private sealed class Watcher(Assembly assembly, Action<Exception> report) : IDisposable
    {
        public Action<Exception> Report => report;

        public bool IsAbout(Assembly other) =>
            other == assembly
            || (other.IsCollectible && AssemblyLoadContext.GetLoadContext(other) == AssemblyLoadContext.GetLoadContext(assembly));

        public void Dispose() => Watchers.TryRemove(this, out _);
    }
}
