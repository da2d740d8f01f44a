using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Logs;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Provider of kind <c>hpc</c>: jobs of a batch scheduler, or the work of another provider if the wiring names no
/// scheduler.</summary>
/// <param name="families">The known scheduler families.</param>
/// <param name="withoutScheduler">Provider for wiring that names no scheduler.</param>
internal sealed class HpcProvider(IReadOnlyList<SchedulerFamily> families, OperatorProvider withoutScheduler) : OperatorProvider
{
    public override OperatorKind Kind { get; } =
        WiringSchema.WithoutSchedulers.WithAdditional([.. families.Select(family => family.Backend)]).FindKind("hpc")!;

    public override string? FindUnavailableReason(OperatorWiring wired) =>
        wired.Backend is not Backend.Scheduler scheduler ? withoutScheduler.FindUnavailableReason(wired)
        : OperatingSystem.IsWindows() ? $"{OperatorCodes.NotOnThisSystem}: {OperatorCodes.NotOnThisSystem.Cause}"
        : GetFamily(scheduler).FindUnavailableReason(scheduler.Options);

    public override string? FindRefusalReason(OperatorWiring wired, CampaignTask task) =>
        wired.Backend is not Backend.Scheduler scheduler ? withoutScheduler.FindRefusalReason(wired, task)
        : task.Kind != TaskKind.Task
            ? $"it is a {task.Kind.ToString().ToLowerInvariant()}, and '{task.OperatorKey}' runs only tasks as jobs"
        : task.Image is not { } image || scheduler.Container is { Engine: ContainerCommand.Apptainer }
            ? GetFamily(scheduler).FindRefusalReason(scheduler.Options, CutRequest(scheduler, task))
        : scheduler.Container is { } other
            ? $"it asks for the container image '{image}', and '{task.OperatorKey}' names the engine {other.Engine}, "
                + "which jobs of a cluster cannot use; name apptainer"
        : $"it asks for the container image '{image}', and '{task.OperatorKey}' names no container engine (container: {{ engine: "
            + $"apptainer }})";

    public override OperatorTraits GetTraits(OperatorWiring wired) =>
        wired.Backend is Backend.Scheduler scheduler
            ? new()
            {
                StartsInBatches = true,
                IsCacheable = true,
                AloneEnforcesTimeLimits = true,
                Requests = CreateRequestLimits(scheduler),
            }
            : withoutScheduler.GetTraits(wired);

    internal override Problem? FindCommandProblem(OperatorWiring wired, CampaignTask task) =>
        wired.Backend is not Backend.Scheduler scheduler ? withoutScheduler.FindCommandProblem(wired, task)
        : scheduler.Container is { Engine: not ContainerCommand.Apptainer } other
        && wired.Codes.FindUsedCodes(task.Commands).FirstOrDefault(static code => code.Image is not null) is { } code
            ? new Problem(
                CampaignCodes.CodeNotUsable,
                $"its Command uses the code '{code.Name}' with an image, and '{task.OperatorKey}' names the engine {other.Engine}, "
                    + "which jobs of a cluster cannot use",
                "Name apptainer, or remove 'image' from the code."
            )
        : SiteCommands.FindProblem(task, GetShape(wired, task), new CommandSite(wired.Codes, scheduler.Container));

    internal override TaskShape GetShape(OperatorWiring wired, CampaignTask task) =>
        wired.Backend is Backend.Scheduler scheduler
            ? SiteShape.FromOptions(scheduler.Options).GetShape(task)
            : withoutScheduler.GetShape(wired, task);

    internal override HiddenWork? FindHiddenWork(string externalId, string machine) => withoutScheduler.FindHiddenWork(externalId, machine);

    internal override AttemptPreview? PreviewAttempt(OperatorWiring wired, AttemptRequest request)
    {
        if (wired.Backend is not Backend.Scheduler backend)
        {
            return withoutScheduler.PreviewAttempt(wired, request);
        }

        var site = HpcSite.FromBackend(backend, GetFamily(backend), static text => text) with { Codes = wired.Codes };
        var resources = site.GetResources(request);
        return new AttemptPreview(
            JobScript.FileName,
            JobScript.BuildScript(request, site, resources, SubmissionName.Create(request.Attempt), index: null)
        )
        {
            Partition = resources.Partition,
            PartitionReason = resources.Placement?.Reason,
        };
    }

    internal override IAttemptFolder? OpenFolder(OperatorWiring wired, OperatorContext context, AttemptLocation location)
    {
        if (wired.Backend is not Backend.Scheduler backend)
        {
            return withoutScheduler.OpenFolder(wired, context, location);
        }

        if (backend.WorkspaceRoot is null)
        {
            return null;
        }

        var target = backend.Ssh is { } ssh ? CreateTarget(ssh, context) : null;
        var root = context.ResolveSecrets(backend.WorkspaceRoot);
        root = target is null ? context.ResolvePath(root) : root;
        var shell = CreateShell(target, context);
        var folder = $"{location.Run.Value}/{location.RelativeFolder}";
        return new RemoteAttemptFolder(
            shell,
            $"{RemoteStaging.QuoteRoot(root)}/{ShellText.Quote(folder)}",
            $"{(target is null ? "" : shell.Name + ":")}{root.TrimEnd('/')}/{folder}"
        );
    }

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context)
    {
        if (wired.Backend is not Backend.Scheduler backend)
        {
            return withoutScheduler.Create(wired, context);
        }

        var site = HpcSite.FromBackend(backend, GetFamily(backend), context.ResolveSecrets);
        var target = backend.Ssh is { } ssh ? CreateTarget(ssh, context) : null;
        var cluster = context.GetOrAddShared((backend.Family, site.Scheduler.ClusterKey, target?.ConnectionKey ?? ""), () =>
            new SchedulerConnection(
                CreateShell(target, context),
                context.Attempts,
                context.Clock,
                context.PollInterval,
                context.Faults,
                threaded: true,
                context.ShuttingDown
            )
        );
        var root = backend.WorkspaceRoot is null ? null : context.ResolveSecrets(backend.WorkspaceRoot);
        site = site with { Codes = wired.Codes, SharedRoot = root is null || target is not null ? null : context.ResolvePath(root) };
        IJobStaging place = root is null
            ? new SharedFileSystemStaging(context.Attempts)
            : context
                .GetOrAddShared(("place", backend.Family, site.Scheduler.ClusterKey, target?.ConnectionKey ?? "", root), () =>
                    new SharedStaging(new RemoteStaging(cluster.Shell, context.Disk, target is null ? context.ResolvePath(root) : root))
                )
                .Staging;
        return new HpcOperator(cluster, site, place, context);
    }

    private RequestLimits CreateRequestLimits(Backend.Scheduler backend)
    {
        var largest = GetFamily(backend).FindLargestRequest(backend.Options);
        return new RequestLimits
        {
            DefaultMemoryGb = (double?)backend.Options.GetNumber("memory_gb"),
            DefaultTimeLimit = backend.Options.GetText("time") is { } time ? TimeLimitText.Parse(time) : null,
            MaxMemoryGb = (double?)backend.Limits.MemoryGb,
            MaxTimeLimit = backend.Limits.Time,
            MaxGrownMemoryGb = (double?)largest.MemoryGb,
            MaxGrownTimeLimit = largest.Time,
        };
    }

    // The task as its first attempt requests it.
    private CampaignTask CutRequest(Backend.Scheduler backend, CampaignTask task)
    {
        if (backend.Limits == SiteLimits.None)
        {
            return task;
        }

        var stated = new TaskPolicy { MemoryGb = task.MemoryGb, TimeLimitMinutes = task.TimeLimitMinutes };
        var given = ResourceRequest.Compute(stated, TaskHistory.None, CreateRequestLimits(backend)).Given;
        return task with
        {
            MemoryGb = given?.MemoryGb ?? task.MemoryGb,
            TimeLimitMinutes = given?.TimeLimit?.TotalMinutes ?? task.TimeLimitMinutes,
        };
    }

    private SchedulerFamily GetFamily(Backend.Scheduler backend) => families.First(family => family.Type == backend.Family);

    private static SshTarget CreateTarget(SshOptions ssh, OperatorContext context) =>
        new(
            context.ResolveSecrets(ssh.Host),
            ResolveOptional(ssh.User, context.ResolveSecrets),
            ssh.Port,
            ResolveOptional(ssh.KeyPath, path => context.ResolvePath(context.ResolveSecrets(path))),
            ResolveOptional(ssh.JumpHosts, context.ResolveSecrets),
            ResolveOptional(ssh.ConfigPath, path => context.ResolvePath(context.ResolveSecrets(path))),
            [.. ssh.Options.Select(context.ResolveSecrets)]
        );

    private static string? ResolveOptional(string? text, Func<string, string> with) => text is null ? null : with(text);

    private static IShell CreateShell(SshTarget? target, OperatorContext context)
    {
        var environment = CommandEnvironment.GetVariables().ToDictionary();
        return target is null
            ? new LocalShell(environment, context.Clock)
            : new SshShell(target, environment, context.Clock, PrivateFolder.OpenOrCreate(Environment.UserName));
    }

    /// <summary>Remote staging that all operators with the same root share, so that a file is sent only once.</summary>
    private sealed class SharedStaging(RemoteStaging place) : IDisposable
    {
        public RemoteStaging Staging => place;

        public void Dispose()
        {
            // Shared objects are disposable; a staging uses the connection, which is disposed on its own.
        }
    }
}
