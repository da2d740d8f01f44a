using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Updates a page while this process drives a run, if the page exists. The page is at most an interval old, and complete at the
/// end.</summary>
internal sealed class LiveReport : IDisposable
{
    // At most a twentieth of the time of a command goes into a page.
    private const int MinIdleFactor = 20;
    private static readonly TimeSpan MaxDurationAfterCancel = TimeSpan.FromMilliseconds(500);

    private readonly CommandContext _context;
    private readonly RunFolder _run;
    private readonly LivePage _page;
    private readonly string _file;
    private readonly CancellationToken _cancel;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly FaultLog _faults;
    private TimeSpan _lastDuration;
    private Problem? _problem;
    private bool _isDisposed;

    /// <param name="context">Workspace and log.</param>
    /// <param name="run">The run.</param>
    /// <param name="page">The page. It is written on a timer's thread, too.</param>
    /// <param name="faults">Collects unexpected errors.</param>
    /// <param name="cancel">A stopped command does not wait for a large page.</param>
    public LiveReport(CommandContext context, RunFolder run, LivePage page, FaultLog faults, CancellationToken cancel)
    {
        (_context, _run, _page, _cancel, _faults) = (context, run, page, cancel, faults);
        _file = page.FindFile(context, run);
        _timer = Background.StartTimer(
            context.Host.Clock,
            OnTimer,
            e => faults.RecordWarning(e, page.Name),
            page.Interval,
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
                WritePage();
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

            WritePage();
            _timer.Change(
                _page.Interval > _lastDuration * MinIdleFactor ? _page.Interval : _lastDuration * MinIdleFactor,
                Timeout.InfiniteTimeSpan
            );
        }
    }

    // A page that cannot be written does not fail the run.
    private void WritePage()
    {
        if (!File.Exists(_file))
        {
            return;
        }

        var began = _context.Host.Clock.GetTimestamp();
        try
        {
            _page.Write(_context, _run);
            _problem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ProblemException)
        {
            _problem = Problem
                .Create(
                    ReportCodes.ReportNotWritten,
                    $"{char.ToUpperInvariant(_page.Name[0])}{_page.Name[1..]} is not up to date: "
                        + $"{(e as ProblemException)?.Problems[0].Message ?? e.Message}",
                    new SourcePosition(_file)
                )
                .AsWarning();
        }
        catch (Exception e)
        {
            _problem = _faults.RecordFault(e, _page.Name).AsWarning();
        }

        _lastDuration = _context.Host.Clock.GetElapsedTime(began);
    }
}
