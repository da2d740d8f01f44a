using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>The log of a driver's tick. It keeps the first error, and takes the lock of another command for no error.</summary>
/// <param name="context">The command, whose log receives everything else.</param>
internal sealed class DriverLog(CommandContext context) : ICommandLog
{
    private readonly ICommandLog _log = context.Log;

    /// <summary>The problem that another command holds the run's lock; null if none does.</summary>
    public Problem? Locked { get; private set; }

    /// <summary>Message of the first error; null if there is none.</summary>
    public string? FirstError { get; private set; }

    public bool HasWarningAsError => _log.HasWarningAsError;

    public void Info(string line) => _log.Info(line);

    public void Detail(string line) => _log.Detail(line);

    public void Report(Problem problem)
    {
        if (problem.Code == RunCodes.Locked)
        {
            Locked = problem;
            return;
        }

        FirstError ??= problem.Severity == Severity.Error ? problem.Message : null;
        _log.Report(problem);
    }

    public void ReportDiagnostics(string text) => _log.ReportDiagnostics(text);

    public bool TreatsAsError(Problem warning) => _log.TreatsAsError(warning);
}
