using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Reports.Html;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Updates the report of a run while this process drives the run, if the report exists. The report is at most a few seconds old,
/// and complete at the end.</summary>
internal sealed class LiveReport : IDisposable
{
    // At most a twentieth of the time of a command goes into the report.
    private const int MinIdleFactor = 20;
    private static readonly TimeSpan MaxDurationAfterCancel = TimeSpan.FromMilliseconds(500);

    private readonly CommandContext _context;
    private readonly RunFolder _run;
    private readonly Action<CommandContext, RunFolder> _writeReport;
    private readonly CancellationToken _cancel;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly FaultLog _faults;
    private TimeSpan _lastDuration;
    private Problem? _problem;
    private bool _isDisposed;

    /// <param name="context">Workspace and log.</param>
    /// <param name="run">The run.</param>
    /// <param name="writeReport">Writes the report of the run's current state. It is called on a timer's thread, too.</param>
    /// <param name="faults">Collects unexpected errors.</param>
    /// <param name="cancel">A stopped command does not wait for a large report.</param>
    public LiveReport(
        CommandContext context,
        RunFolder run,
        Action<CommandContext, RunFolder> writeReport,
        FaultLog faults,
        CancellationToken cancel
    )
    {
        (_context, _run, _writeReport, _cancel, _faults) = (context, run, writeReport, cancel, faults);
        _timer = Background.StartTimer(
            context.Host.Clock,
            OnTimer,
            e => faults.RecordWarning(e, "the report"),
            HtmlReport.RefreshInterval,
            Timeout.InfiniteTimeSpan
        );
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            if (!_cancel.IsCancellationRequested || _lastDuration < MaxDurationAfterCancel)
            {
                WriteReport();
            }

            if (_problem is not null)
            {
                _context.Log.Report(_problem);
            }
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            WriteReport();
            _timer.Change(
                HtmlReport.RefreshInterval > _lastDuration * MinIdleFactor ? HtmlReport.RefreshInterval : _lastDuration * MinIdleFactor,
                Timeout.InfiniteTimeSpan
            );
        }
    }

    // A report that cannot be written does not fail the run.
    private void WriteReport()
    {
        if (!File.Exists(_run.ReportFile))
        {
            return;
        }

        var began = _context.Host.Clock.GetTimestamp();
        try
        {
            _writeReport(_context, _run);
            _problem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ProblemException)
        {
            _problem = Problem
                .Create(
                    ReportCodes.ReportNotWritten,
                    $"The report of run {_run.Id} is not up to date: {(e as ProblemException)?.Problems[0].Message ?? e.Message}",
                    new SourcePosition(_run.ReportFile)
                )
                .AsWarning();
        }
        catch (Exception e)
        {
            _problem = _faults.RecordFault(e, "the report").AsWarning();
        }

        _lastDuration = _context.Host.Clock.GetElapsedTime(began);
    }
}
