using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Experiment;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Human;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Operators.ManualHpc;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>The kinds of operators that come with MatterStack. To add one, add a folder in <c>Operators</c> and a line here.</summary>
internal static class BuiltInOperators
{
    public static OperatorCatalog Catalog { get; } =
        new(
            Schedulers.Schema,
            [
                new LocalProvider("local"),
                new HpcProvider(Schedulers.All, withoutScheduler: new LocalProvider("hpc")),
                new HumanProvider(),
                new ExperimentProvider(),
                new ManualHpcProvider(),
            ]
        );
}
