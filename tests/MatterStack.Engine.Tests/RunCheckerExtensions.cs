using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests;

/// <summary>Checks of runs whose operators are all built in.</summary>
internal static class RunCheckerExtensions
{
    extension(RunChecker)
    {
        public static IReadOnlyList<Problem> CheckFolder(RunFolder run)
        {
            var schema = BuiltInOperators.Catalog.Schema.ForChecking();
            return RunChecker.CheckFolder(
                run,
                new WiringService(RealDisk.Instance, TimeProvider.System, schema),
                new WiringVerifier(RealDisk.Instance, schema)
            );
        }
    }
}
