using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;

namespace MatterStack.Engine.Tests;

/// <summary>Checks of runs whose operators are all built in.</summary>
internal static class RunCheckerExtensions
{
    extension(RunChecker)
    {
        public static IReadOnlyList<Problem> CheckFolder(RunFolder run) =>
            RunChecker.CheckFolder(run, BuiltInOperators.Catalog.Schema.ForChecking());
    }
}
