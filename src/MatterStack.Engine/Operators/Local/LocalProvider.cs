using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Processes of this machine: kind <c>local</c>, and kind <c>hpc</c> as long as no scheduler is wired.</summary>
internal sealed class LocalProvider(string kind) : OperatorProvider
{
    public override OperatorKind Kind { get; } = WiringSchema.WithoutSchedulers.Kind(kind)!;

    public override string? WhyNot(OperatorWiring wired) => wired.Backend is not Backend.Local
        ? $"{CampaignCodes.UnsupportedOperator}: operators like '{wired.Key}' (kind {wired.Kind}, backend {wired.Backend.Type}) cannot be driven by this version"
        : OperatingSystem.IsWindows() ? $"{OperatorCodes.NotOnThisSystem}: {OperatorCodes.NotOnThisSystem.Cause}" : null;

    public override string? Refuses(OperatorWiring wired, CampaignTask task) =>
        task.Kind == TaskKind.Experiment ? $"it is an experiment, and '{task.OperatorKey}' runs processes; route it to experiment.default or the like" : base.Refuses(wired, task);

    public override OperatorTraits Traits(OperatorWiring wired) => new() { TakesCores = true, IsRepeatable = true, Cores = (wired.Backend as Backend.Local)?.Cores };

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context)
    {
        var root = ((Backend.Local)wired.Backend).WorkspaceRoot;
        return new LocalOperator(context.Processes, context.Disk, context.Clock, new LocalOptions { WorkRoot = root is null ? null : context.ResolvePath(root) }, context.Report);
    }
}
