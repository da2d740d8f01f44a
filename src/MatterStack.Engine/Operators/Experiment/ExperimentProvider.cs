using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators.Experiment;

/// <summary>Kind <c>experiment</c>: an instrument, or a laboratory that watches a folder.</summary>
internal sealed class ExperimentProvider : OperatorProvider
{
    public override OperatorKind Kind { get; } = WiringSchema.BuiltIn.Kind("experiment")!;

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context) => new ExchangeOperator(new ExperimentExchange(wired.OperatorName), context);
}
