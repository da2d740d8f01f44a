using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Human;

/// <summary>Kind <c>human</c>: a person.</summary>
internal sealed class HumanProvider : OperatorProvider
{
    public override OperatorKind Kind { get; } = WiringSchema.WithoutSchedulers.FindKind("human")!;

    public override OperatorTraits GetTraits(OperatorWiring wired) => new() { WaitsForPeople = true, EnforcesTimeLimits = true };

    internal override bool TakesResponses => true;

    internal override bool IsExternalWork => true;

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context) =>
        new ExchangeOperator(new HumanExchange(wired.OperatorName), context, wired.Settings.GetDuration("remind_before"));
}
