using System.Collections.Concurrent;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Logs;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands.Logs;

/// <summary>Finds the folders in which the files of an attempt may be.</summary>
internal sealed class LogPlaces(CommandContext context, RunFolder run, AttemptRow attempt) : IDisposable
{
    private readonly List<IAttemptFolder> _opened = [];

    /// <summary>The attempt's folder in the run.</summary>
    public IAttemptFolder Here => field ??= Open(LocalAttemptFolder.Create(GetLocation(), context.Host.Clock));

    /// <summary>The folder that the attempt's command runs in, if that is another one; otherwise null.</summary>
    /// <exception cref="ProblemException">The wiring of the attempt cannot be used.</exception>
    public IAttemptFolder? FindOther(CancellationToken cancel)
    {
        if (
            !context.Wirings.LoadByHash(run.Path, attempt.WiringSha256).TryGet(out var file)
            || !file.Operators.TryGetValue(attempt.OperatorKey, out var wired)
        )
        {
            return null;
        }

        context.Secrets.AddWiring(file);
        var host = context.Host;
        var environment = new OperatorEnvironment(
            host.Processes(),
            host.Disk,
            host.Clock,
            host.Cores,
            new WiringPaths(context.Workspace.Folder, host.HomeFolder),
            host.Catalog
        )
        {
            ShuttingDown = cancel,
            Secrets = context.Secrets,
        };
        var services = new OperatorContext(environment, new ConcurrentDictionary<object, Lazy<IDisposable>>(), static _ => { });
        return host.Catalog.FindProvider(wired.Kind)?.OpenFolder(wired, services, GetLocation()) is { } other ? Open(other) : null;
    }

    /// <summary>The folder of the attempt that computed a cached result, in a run of this workspace; null if it is not here.</summary>
    public IAttemptFolder? FindOrigin() =>
        attempt.Origin is { } origin
        && TaskId.TryParse(origin.TaskId, out var task)
        && context.Runs.FindRun(origin.RunId).TryGet(out var other)
        && LiveAttempt.GetRelativePath(task, (int)origin.AttemptIndex) is var folder
        && Directory.Exists(Path.Combine(other.Path, folder))
            ? Open(LocalAttemptFolder.Create(new AttemptLocation(other.Id, other.Path, folder), context.Host.Clock))
            : null;

    public void Dispose()
    {
        foreach (var folder in _opened)
        {
            folder.Dispose();
        }
    }

    private AttemptLocation GetLocation() => new(run.Id, run.Path, attempt.RelativePath);

    private IAttemptFolder Open(IAttemptFolder folder)
    {
        _opened.Add(folder);
        return folder;
    }
}
