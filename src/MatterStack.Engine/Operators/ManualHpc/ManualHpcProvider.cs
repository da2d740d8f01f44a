using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.ManualHpc;

/// <summary>Kind <c>manual_hpc</c>: a cluster that a person operates by hand.</summary>
internal sealed class ManualHpcProvider : OperatorProvider
{
    public override OperatorKind Kind { get; } = WiringSchema.WithoutSchedulers.FindKind("manual_hpc")!;

    public override string? FindRefusalReason(OperatorWiring wired, CampaignTask task) =>
        task.Command.Length == 0 ? $"it has no Command, and '{task.OperatorKey}' needs one for its job script"
        : CampaignProgram.IsUsedBy(task.Command)
            ? $"its Command uses {CampaignProgram.Placeholder}, which does not exist on the cluster of '{task.OperatorKey}'"
        : base.FindRefusalReason(wired, task);

    public override OperatorTraits GetTraits(OperatorWiring wired) => new() { WaitsForPeople = true, EnforcesTimeLimits = true };

    internal override bool IsExternalWork => true;

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context) =>
        new ExchangeOperator(new ManualHpcExchange(wired.OperatorName, context.Disk, context.Clock), context);
}
