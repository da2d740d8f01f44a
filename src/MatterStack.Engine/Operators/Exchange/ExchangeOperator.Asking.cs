using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Exchange;

/// <content>Writes requests, and writes them again if they were removed.</content>
internal sealed partial class ExchangeOperator
{
    // The request file shows that the attempt was handed over. If it is missing and the store says that the attempt was submitted,
    // the request is written again.
    private void Resume(AttemptRequest request)
    {
        if (File.Exists(GetRequestPath(request)))
        {
            StartWaiting(request, request.SubmittedAt ?? LimitToNow(FileTime.ReadWriteTime(GetRequestPath(request))), fresh: false);
        }
        else if (request.SubmittedAt is { } since)
        {
            if (TryWriteRequest(request, ComputeDeadline(request, since), isNew: false))
            {
                StartWaiting(request, since, fresh: false, again: true);
            }
        }
    }

    private void SubmitRequest(AttemptRequest request)
    {
        var now = _context.Clock.GetUtcNow();
        // The store keeps milliseconds. The request must contain the same deadline that later commands compute.
        var since = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        if (TryWriteRequest(request, ComputeDeadline(request, since), isNew: true))
        {
            StartWaiting(request, since, fresh: true);
        }
    }

    // If the run's folder is missing too, its file system is probably not mounted.
    private bool IsRequestRemoved(AttemptRequest request) => !File.Exists(GetRequestPath(request)) && Directory.Exists(request.RunFolder);

    // Returns false if the request could not be written; that is reported.
    private bool TryWriteRequestAgain(PendingExchange waiting)
    {
        if (!TryWriteRequest(waiting.Request, waiting.Deadline, isNew: false))
        {
            return false;
        }

        waiting.WasRewritten = true;
        _watcher.Remove(waiting.Request.Attempt);
        _watcher.Add(waiting.Request.Attempt, waiting.Request.Folder);
        return true;
    }

    // Returns false if the request could not be written; the reason is reported.
    private bool TryWriteRequest(AttemptRequest request, DateTimeOffset? deadline, bool isNew)
    {
        try
        {
            // Files of a person in the folder of a removed request stay. A link that leads out of the run is replaced.
            if (
                isNew
                || !RelativePath.StaysInside(request.RunFolder, request.WorkFolder)
                || (!Directory.Exists(request.WorkFolder) && _exchange.ReadAnswer(request) is ExchangeAnswer.None)
            )
            {
                _context.Attempts.PrepareFolder(request);
            }

            _exchange.WriteRequest(request, deadline, _context.Attempts);
            return true;
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e))
        {
            var now = _context.Clock.GetUtcNow();
            if (DiskErrors.IsDiskError(e))
            {
                _context.Report(request.CreateBlocked(e, now));
            }
            else if (isNew)
            {
                _context.Report(
                    new Observation.NotStarted(request.Attempt, now, $"{OperatorCodes.StagingFailed}: {e.Message}") { IsPermanent = true }
                );
            }
            else
            {
                ReportEnd(
                    request,
                    new AttemptEnd
                    {
                        Cause = EndCause.Lost,
                        EndedBy = $"{OperatorCodes.StagingFailed}: its folder was removed and cannot be created again: {e.Message}",
                    }
                );
            }

            return false;
        }
    }

    private void StartWaiting(AttemptRequest request, DateTimeOffset since, bool fresh, bool again = false)
    {
        var deadline = ComputeDeadline(request, since);
        // From here on, changes of the machine's clock have no effect.
        var left = deadline is null ? (TimeSpan?)null : deadline.Value - _context.Clock.GetUtcNow();
        _pending[request.Attempt] = new PendingExchange(request, deadline, left, _context.Clock.GetTimestamp())
        {
            HandedOverAt = since,
            WasRewritten = again,
        };
        _watcher.Add(request.Attempt, request.Folder);
        if (_transport is not null && !fresh && File.Exists(Path.Combine(request.Folder, WithdrawalFileName)))
        {
            // Its end was decided already. It is unknown whether the other side was informed.
            var (why, cause) = WithdrawalFile.Read(request.RunFolder, $"{request.RelativeFolder}/{WithdrawalFileName}");
            EndAttempt(
                request,
                new AttemptEnd
                {
                    IsCancelled = cause is EndCause.Cancelled,
                    Cause = cause,
                    EndedBy = why,
                },
                withdrawn: why
            );
            return;
        }

        _transport?.StartTransport(request, fresh);
        CheckForAnswer(request.Attempt);
    }
}
