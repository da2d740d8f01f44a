using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <content>Ends of attempts.</content>
internal sealed partial class ExchangeOperator
{
    // The other side is informed if possible. If not, the reason says that it may still work on the attempt.
    private void EndByFault(AttemptRequest request, Exception exception)
    {
        var why = Fault.FormatReason(_context.Faults.RecordFault(exception, $"attempt {request.Index} of task '{request.TaskId}'"));
        if (request.SubmittedAt is null && !_pending.ContainsKey(request.Attempt) && !File.Exists(GetRequestPath(request)))
        {
            ForgetAttempt(request);
            _context.Report(new Observation.NotStarted(request.Attempt, _context.Clock.GetUtcNow(), why));
            return;
        }

        Background.RunGuarded(
            () => EndAttempt(request, new AttemptEnd { Cause = EndCause.Lost, EndedBy = why }, withdrawn: why),
            e =>
            {
                _context.Faults.RecordWarning(e, $"withdrawing attempt {request.Index} of task '{request.TaskId}'");
                _pending.Remove(request.Attempt);
                _context.Report(
                    new Observation.Exited(
                        request.Attempt,
                        _context.Clock.GetUtcNow(),
                        new AttemptEnd
                        {
                            Cause = EndCause.Lost,
                            EndedBy = why,
                            StillRunning = "it could not be withdrawn: the other side may still work on it",
                        }
                    )
                );
            }
        );
    }

    private void EndAttempt(AttemptRequest request, AttemptEnd ending, string? withdrawn)
    {
        try
        {
            // A reader of the folder must see that the request is withdrawn.
            if (withdrawn is not null && Directory.Exists(request.Folder))
            {
                _context.Attempts.WriteFile(request, WithdrawalFileName, WithdrawalFile.FormatText(withdrawn, ending));
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // A reader of the folder has no other source. An instrument is informed below.
            if (_transport is null && ending.IsCancelled)
            {
                _pending[request.Attempt] = new PendingExchange(request, null, null, _context.Clock.GetTimestamp())
                {
                    EndAfterWithdrawal = ending,
                    UnwrittenWithdrawal = withdrawn,
                };
                _context.Report(
                    new Observation.EndRequestFailed(
                        request.Attempt,
                        _context.Clock.GetUtcNow(),
                        $"{Path.Combine(request.Folder, WithdrawalFileName)}, which withdraws the request, cannot be written: {e.Message}"
                    )
                );
                return;
            }
        }

        if (withdrawn is null || _transport is null || !File.Exists(GetRequestPath(request)))
        {
            ReportEnd(request, ending);
            return;
        }

        // The attempt ends when the other side confirms, or cannot be reached.
        _pending.TryAdd(request.Attempt, new PendingExchange(request, null, null, _context.Clock.GetTimestamp()));
        if (_pending[request.Attempt].EndAfterWithdrawal is null)
        {
            _pending[request.Attempt].EndAfterWithdrawal = ending;
            _transport.WithdrawRequest(request);
        }
    }

    private void ReportEnd(AttemptRequest request, AttemptEnd ending)
    {
        ForgetAttempt(request);
        _context.Report(new Observation.Exited(request.Attempt, _context.Clock.GetUtcNow(), ending));
    }

    private void ForgetAttempt(AttemptRequest request)
    {
        _pending.Remove(request.Attempt);
        _watcher.Remove(request.Attempt);
        _transport?.StopTransport(request.Attempt);
    }
}
