using MatterStack.Engine.Evidence;
using MatterStack.Engine.Evidence.Report;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Updates the report of a run while this process drives the run, if the report exists. The report is at most a few seconds old, and complete at the end.</summary>
internal sealed class LiveReport : IDisposable
{
    // At most a twentieth of the time of a command goes into the report.
    private const int Share = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    private readonly CommandContext _context;
    private readonly RunFolder _run;
    private readonly CancellationToken _cancel;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly FaultLog _faults;
    private TimeSpan _took;
    private Problem? _trouble;
    private bool _left;

    /// <param name="context">Workspace and log.</param>
    /// <param name="run">The run.</param>
    /// <param name="faults">Collects unexpected errors.</param>
    /// <param name="cancel">A stopped command does not wait for a large report.</param>
    public LiveReport(CommandContext context, RunFolder run, FaultLog faults, CancellationToken cancel)
    {
        (_context, _run, _cancel, _faults) = (context, run, cancel, faults);
        _timer = Background.StartTimer(context.Host.Clock, Tick, e => faults.RecordWarning(e, "the report"), HtmlReport.RefreshInterval, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _left = true;
            if (!_cancel.IsCancellationRequested || _took < Longest)
            {
                Write();
            }

            if (_trouble is not null)
            {
                _context.Log.Report(_trouble);
            }
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_left)
            {
                return;
            }

            Write();
            _timer.Change(HtmlReport.RefreshInterval > _took * Share ? HtmlReport.RefreshInterval : _took * Share, Timeout.InfiniteTimeSpan);
        }
    }

    // A report that cannot be written does not fail the run.
    private void Write()
    {
        if (!File.Exists(_run.ReportFile))
        {
            return;
        }

        var began = _context.Host.Clock.GetTimestamp();
        try
        {
            ReportCommand.Write(_context, _run);
            _trouble = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ProblemException)
        {
            _trouble = Problem.Create(EvidenceCodes.ReportNotWritten, $"The report of run {_run.Id} is not up to date: {(e as ProblemException)?.Problems[0].Message ?? e.Message}", new SourcePosition(_run.ReportFile)).AsWarning();
        }
        catch (Exception e)
        {
            _trouble = _faults.RecordFault(e, "the report").AsWarning();
        }

        _took = _context.Host.Clock.GetElapsedTime(began);
    }
}
