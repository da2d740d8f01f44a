using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Operators.ManualHpc;

/// <summary>Kind <c>manual_hpc</c>: a cluster that a person operates by hand.</summary>
internal sealed class ManualHpcProvider : OperatorProvider
{
    public override OperatorKind Kind { get; } = WiringSchema.WithoutSchedulers.FindKind("manual_hpc")!;

    public override string? FindRefusalReason(OperatorWiring wired, CampaignTask task) =>
        task.Command.Length == 0 ? $"it has no Command, and '{task.OperatorKey}' needs one for its job script"
        : CampaignProgram.IsUsedBy(task)
            ? $"its Command uses {CampaignProgram.Placeholder}, which does not exist on the cluster of '{task.OperatorKey}'"
        : task.StopSignal is { } signal
            ? $"it has StopSignal {signal}, and a person runs the jobs of '{task.OperatorKey}'; remove it, and request the signal in the "
                + "scheduler's directives"
        : task.Monitor is not null
            ? $"it has a Monitor, and a person runs the jobs of '{task.OperatorKey}'; remove it, and let the person look"
        : task.Carry.Count > 0
            ? $"it has Carry, and the files of a failed job of '{task.OperatorKey}' stay with the person who runs it; "
                + "remove Carry, and let the person continue"
        : base.FindRefusalReason(wired, task);

    // A person takes the script elsewhere: a secret must not be in it.
    internal override Problem? FindCommandProblem(OperatorWiring wired, CampaignTask task) =>
        SiteCommands.FindProblem(task, GetShape(wired, task), new CommandSite(wired.Codes, Container: null))
        ?? (
            wired
                .Codes.FindUsedCodes(task.Commands)
                .SelectMany(static code => code.Env.Select(pair => (Code: code.Name, Name: pair.Key, pair.Value)))
                .FirstOrDefault(static variable => SecretReference.IsIn(variable.Value))
                is { Name: not null } secret
                ? new Problem(
                    CampaignCodes.CodeNotUsable,
                    $"its Command uses the code '{secret.Code}', whose variable {secret.Name} is a secret, and '{task.OperatorKey}' writes "
                        + "its script for a person",
                    "Define the code without this variable in the operator, and let the person set it."
                )
                : null
        );

    public override OperatorTraits GetTraits(OperatorWiring wired) => new() { WaitsForPeople = true, EnforcesTimeLimits = true };

    internal override bool IsExternalWork => true;

    internal override AttemptPreview? PreviewAttempt(OperatorWiring wired, AttemptRequest request) =>
        new(JobTemplate.FileName, JobTemplate.CreateTemplate(request, wired.Codes));

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context) =>
        new ExchangeOperator(new ManualHpcExchange(wired.OperatorName, wired.Codes, context.Disk, context.Clock), context);
}
