using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Logs;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Processes of this machine: kind <c>local</c>, and kind <c>hpc</c> if no scheduler is wired.</summary>
internal sealed class LocalProvider(string kind) : OperatorProvider
{
    private static readonly RequestLimits WithoutCeilings = new() { GrowsMemory = false };

    public override OperatorKind Kind { get; } = WiringSchema.WithoutSchedulers.FindKind(kind)!;

    public override string? FindUnavailableReason(OperatorWiring wired) =>
        wired.Backend is not Backend.Local
            ? $"{CampaignCodes.UnsupportedOperator}: operators like '{wired.Key}' (kind {wired.Kind}, backend {wired.Backend.Type}) "
                + "are not supported by this version"
        : OperatingSystem.IsWindows() ? $"{OperatorCodes.NotOnThisSystem}: {OperatorCodes.NotOnThisSystem.Cause}"
        : null;

    public override string? FindRefusalReason(OperatorWiring wired, CampaignTask task) =>
        task.Kind == TaskKind.Experiment
            ? $"it is an experiment, and '{task.OperatorKey}' runs processes; route it to an experiment operator (experiment.default)"
        : task.Nodes > 1
            ? $"it asks for {CountText.FormatCount(task.Nodes, "node")}, and '{task.OperatorKey}' has one machine; "
                + "route it to a cluster (kind hpc with a scheduler), or leave out Nodes"
        : task.Image is not { } image ? base.FindRefusalReason(wired, task)
        : (wired.Backend as Backend.Local)?.Container is null
            ? $"it asks for the container image '{image}', and '{task.OperatorKey}' names no container engine (container: {{ engine: "
                + $"apptainer, docker or podman }})"
        : base.FindRefusalReason(wired, task with { Image = null });

    internal override Problem? FindCommandProblem(OperatorWiring wired, CampaignTask task) =>
        SiteCommands.FindProblem(task, GetShape(wired, task), new CommandSite(wired.Codes, (wired.Backend as Backend.Local)?.Container));

    public override OperatorTraits GetTraits(OperatorWiring wired) =>
        new()
        {
            UsesLocalCores = true,
            IsCacheable = true,
            AloneEnforcesTimeLimits = true,
            AssignsGpus = true,
            Cores = (wired.Backend as Backend.Local)?.Cores,
            MemoryGb = (wired.Backend as Backend.Local)?.MemoryGb,
            Gpus = (wired.Backend as Backend.Local)?.Gpus,
            Requests = CreateRequestLimits((wired.Backend as Backend.Local)?.Limits ?? SiteLimits.None),
        };

    // The budget of this machine counts what tasks state, and no attempt is ended because it uses more.
    private static RequestLimits CreateRequestLimits(SiteLimits limits) =>
        limits == SiteLimits.None
            ? WithoutCeilings
            : new RequestLimits
            {
                MaxMemoryGb = (double?)limits.MemoryGb,
                MaxTimeLimit = limits.Time,
                GrowsMemory = false,
            };

    internal override HiddenWork? FindHiddenWork(string externalId, string machine) =>
        ProcessIdentity.TryParse(externalId) is { } process && process.Origin.WhyNotVisibleFrom(machine) is { } reason
            ? new HiddenWork(process.IsKnown ? $"process {process.Pid}" : null, reason, process.Origin.GetRemedy(machine))
            : null;

    internal override IAttemptFolder? OpenFolder(OperatorWiring wired, OperatorContext context, AttemptLocation location) =>
        (wired.Backend as Backend.Local)?.WorkspaceRoot is { } root
            ? new LocalAttemptFolder(
                location,
                Path.Combine(context.ResolvePath(root), location.Run.Value, Path.GetFileName(location.RelativeFolder)),
                context.Clock
            )
            : null;

    internal override AttemptPreview? PreviewAttempt(OperatorWiring wired, AttemptRequest request)
    {
        var backend = (Backend.Local)wired.Backend;
        var options = new LocalOptions
        {
            WorkRoot = backend.WorkspaceRoot,
            Container = backend.Container,
            Codes = wired.Codes,
            Tmpdir = backend.Tmpdir,
        };
        var work = backend.WorkspaceRoot is { } root
            ? Path.Combine(root, request.Run.Value, Path.GetFileName(request.RelativeFolder))
            : null;
        return new AttemptPreview(RunScript.FileName, RunScript.CreateScript(request, work, options));
    }

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context)
    {
        var backend = (Backend.Local)wired.Backend;
        var root = backend.WorkspaceRoot is { } path ? context.ResolvePath(path) : null;
        var container = backend.Container is { Executable: { } program }
            ? backend.Container with
            {
                Executable = context.ResolvePath(program),
            }
            : backend.Container;
        return new LocalOperator(
            context.Processes,
            context.Disk,
            context.Clock,
            new LocalOptions
            {
                WorkRoot = root,
                Container = container,
                Codes = wired.Codes,
                ResolveSecrets = context.ResolveSecrets,
                Tmpdir = backend.Tmpdir,
                ShuttingDown = context.ShuttingDown,
            },
            context.Report,
            context.Faults
        );
    }
}
