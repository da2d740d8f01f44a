using System.Collections.Concurrent;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Cache;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Hooks;
using MatterStack.Engine.Runs.Iterations;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>A run that this process drives: lock, store, wiring and services.</summary>
internal sealed class RunSession : IDisposable
{
    private readonly CommandContext _context;
    private readonly RunLock _lock;
    private readonly RunWiring? _wiring;
    private readonly IReadOnlyList<LivePage> _pages;
    private readonly FaultLog _faults = new();
    private CommandSelection? _selection;
    private bool _hasSelection;

    private RunSession(
        CommandContext context,
        RunLock held,
        RunStore store,
        RunWiring? wiring,
        RunState state,
        IReadOnlyList<LivePage> pages
    ) => (_context, _lock, Store, _wiring, State, _pages) = (context, held, store, wiring, state, pages);

    public RunStore Store { get; }

    /// <summary>State of the run when it was opened.</summary>
    public RunState State { get; }

    // Null only in an ended run that has nothing to do.
    private RunWiring Wiring => _wiring ?? throw new InvalidOperationException("The wiring of an ended run is not resolved");

    /// <summary>Acquires the lock and resolves the wiring; its notices are reported.</summary>
    /// <param name="context">Workspace and log.</param>
    /// <param name="run">The run.</param>
    /// <param name="pages">Pages that are updated while the run is driven.</param>
    /// <param name="onlyHooksIfEnded">Whether the caller does no more in an ended run than <see cref="DeliverPendingHooks"/> and
    /// <see cref="CompleteUsage"/>.</param>
    public static Result<RunSession> Open(
        CommandContext context,
        RunFolder run,
        IReadOnlyList<LivePage> pages,
        bool onlyHooksIfEnded = false
    )
    {
        if (!RunLock.Acquire(run, context.Host.Clock, context.Workspace.TrustLocks).TryGet(out var held, out var problems))
        {
            return Result<RunSession>.Fail(problems);
        }

        RunStore? store = null;
        try
        {
            if (context.Workspace.GroupAccess > GroupPermissions.ReadAccess(run.Path))
            {
                GroupPermissions.GrantTreeAccess(run.Path, context.Workspace.GroupAccess);
                context.Runs.ShareWithGroup();
            }

            context = context.WithGroupAccessOf(run);
            var isShared = FileSystem.FromFolder(run.Path).IsShared;
            if (isShared)
            {
                // Another machine may have written these files a moment ago.
                foreach (
                    var file in Directory.EnumerateFiles(run.WiringSnapshotFolder, "*", SearchOption.AllDirectories).Append(run.ConfigFile)
                )
                {
                    RemoteFileCache.TryInvalidateSmallFile(file);
                }
            }

            store = RunStore.Open(run, context.Host.Disk, isShared ? held.CheckHeld : null);
            var state = store.ReadState();
            var isSettled =
                onlyHooksIfEnded && state.IsEnd() && store.ReadPendingHooks(0).Count == 0 && RunWiringResolution.IsSettled(context, store);
            if (isSettled && store.ReadPendingUsage().Count == 0)
            {
                var session = new RunSession(context, held, store, wiring: null, state, pages);
                (held, store) = (null, null);
                return session;
            }

            if (RunWiringResolution.ResolveWiring(context, store, state.IsEnd()).TryGet(out var wiring, out problems))
            {
                var session = new RunSession(context, held, store, wiring, state, pages);
                (held, store) = (null, null);
                return session;
            }

            if (isSettled)
            {
                // Only the accounting was to be asked, which is no reason to fail.
                var session = new RunSession(context, held, store, wiring: null, state, pages);
                (held, store) = (null, null);
                return session;
            }

            return Result<RunSession>.Fail(problems);
        }
        finally
        {
            store?.Dispose();
            held?.Dispose();
        }
    }

    /// <summary>Sets the tasks that the command runs; null: all. Otherwise the selection of the last <c>Loop</c> or <c>Step</c> stays in
    /// force.</summary>
    public void SelectTasks(CommandSelection? selection) => (_selection, _hasSelection) = (selection, true);

    /// <summary>Drives the run with a conductor. Returns the model at the end.</summary>
    /// <param name="looping">Whether more rounds follow.</param>
    /// <param name="observer">Receives the changes.</param>
    /// <param name="project">The campaign's project, for calls of its class; null: the class is not called.</param>
    /// <param name="move">Calls the conductor.</param>
    /// <param name="cancel">Stops all waiting for answers.</param>
    public RunModel DriveRun(
        bool looping,
        IRunObserver observer,
        CampaignProject? project,
        Action<Conductor> move,
        CancellationToken cancel
    )
    {
        // Not disposed: a thread that collects outputs may still add a fact after this method returns. The next tick finds those outputs.
        var facts = new BlockingCollection<Observation>();
        var processes = _context.Host.Processes();
        var world = new OperatorEnvironment(
            processes,
            _context.Host.Disk,
            _context.Host.Clock,
            _context.Host.Cores,
            new WiringPaths(_context.Workspace.Folder, _context.Host.HomeFolder),
            _context.Host.Catalog,
            _context.Host.Operators
        )
        {
            Budgets = _context.Host.CreateBudgets(),
            ShuttingDown = cancel,
            Faults = _faults,
            Secrets = _context.Secrets,
        };
        world = _context.Workspace.PollInterval is { } interval ? world with { PollInterval = interval } : world;
        // An earlier command may have given the secrets to attempts whose logs come back now.
        _context.Secrets.AddWiring(Wiring.Operators);
        var pool = new OperatorPool(
            Wiring.Operators,
            Wiring.Hash,
            hash => _context.Wirings.LoadByHash(Store.Run.Path, hash).GetValueOrThrow(),
            world,
            facts
        );
        // Disposed after the conductor, which still writes when it is disposed.
        using var pages = new LiveReports(_pages.Select(page => new LiveReport(_context, Store.Run, page, _faults, cancel)));
        var model = Store.LoadModel();
        var services = new ConductorServices(
            pool,
            facts,
            _context.Host.Clock,
            new GuardedObserver(observer, _faults),
            _faults,
            _context.Secrets,
            CreateHookOutbox(model),
            CreateCache(facts),
            CreateCampaign(project),
            SharedLimitsFactory.Create(_context, Wiring.Operators, processes)
        );
        var options = CreateOptions() with { Selection = _hasSelection ? _selection : FindRecordedSelection(model) };
        using var conductor = new Conductor(Store, model, services, looping, options);
        move(conductor);
        return conductor.Model;
    }

    /// <summary>Asks the accounting of clusters what attempts of the ended run used, where it did not know at their ends.</summary>
    public void CompleteUsage(CancellationToken cancel)
    {
        if (_wiring is not null && Store.ReadPendingUsage().Count > 0)
        {
            DriveRun(looping: false, NullRunObserver.Instance, null, conductor => conductor.CompleteUsage(cancel), cancel);
        }
    }

    /// <summary>Delivers hooks that were not delivered while the run was driven.</summary>
    public void DeliverPendingHooks()
    {
        if (Store.ReadPendingHooks(0).Count > 0 && !new HookSettings(Wiring.Operators).IsEmpty)
        {
            DriveRun(looping: false, NullRunObserver.Instance, null, conductor => conductor.DeliverPendingHooks(), CancellationToken.None);
        }
    }

    private ConductorOptions CreateOptions()
    {
        var (options, workspace) = (_context.Host.Conducting, _context.Workspace);
        return options with
        {
            MaxFailures = workspace.MaxFailures,
            StartsCanaries = workspace.StartsCanaries,
            Infrastructure = workspace.InfrastructureRetries is { } retries
                ? options.Infrastructure with
                {
                    Retries = retries,
                }
                : options.Infrastructure,
        };
    }

    private CommandSelection? FindRecordedSelection(RunModel model)
    {
        if (model.Selection is not { } text)
        {
            return null;
        }

        using var reader = new RunReader(Store.Run);
        return RecordedSelection.FindSelection(reader, text);
    }

    private CampaignClient? CreateCampaign(CampaignProject? project) =>
        project is null
            ? null
            : new CampaignClient(Store, project, _context.Host.Campaigns, _context.Host.Disk, tasks =>
                RoutingCheck.CheckTasks(_context.Host.Catalog, tasks, Wiring.Operators, WiringText.GetName(Wiring))
            );

    private CacheCoordinator? CreateCache(BlockingCollection<Observation> facts)
    {
        var host = _context.Host;
        return _context.Workspace.Cache is { Mode: not CacheMode.Off } settings
            ? new CacheCoordinator(new ResultCache(settings, host.Disk, host.Clock), Store, host.Machine, host.Clock, facts.Add, _faults)
            : null;
    }

    private HookOutbox? CreateHookOutbox(RunModel model)
    {
        var book = new HookSettings(Wiring.Operators);
        if (book.IsEmpty)
        {
            return null;
        }

        var (host, workspace) = (_context.Host, _context.Workspace);
        var call = new HookSender(Store.Run, workspace.Folder, _context.Secrets, host.Clock);
        var planner = new HookPlanner(book, model, Store.Id, workspace.Slug);
        return new HookOutbox(Store, planner, new HookDispatcher(book, call, host.Clock, _faults), _faults);
    }

    public void Dispose()
    {
        Store.Dispose();
        _lock.Dispose();
        _context.ReportProblems(_faults.DrainWarnings());
        foreach (var detail in _faults.DrainDetails())
        {
            _context.Log.ReportDiagnostics(detail);
        }
    }
}
