using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Exchange;

/// <content>Writes requests, and writes them again if they were removed.</content>
internal sealed partial class ExchangeOperator
{
    // The request file shows that the attempt was handed over. If it is missing and the store says that the attempt was submitted,
    // the request is written again.
    private void TakeUp(AttemptOrder order)
    {
        if (File.Exists(RequestOf(order)))
        {
            Wait(order, order.SubmittedAt ?? UntilNow(FileTime.Written(RequestOf(order))), fresh: false);
        }
        else if (order.SubmittedAt is { } since)
        {
            if (Ask(order, Deadline(order, since), isNew: false))
            {
                Wait(order, since, fresh: false, again: true);
            }
        }
    }

    private void HandOver(AttemptOrder order)
    {
        var now = _context.Clock.GetUtcNow();
        // The store keeps milliseconds. The request must contain the same deadline that later commands compute.
        var since = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        if (Ask(order, Deadline(order, since), isNew: true))
        {
            Wait(order, since, fresh: true);
        }
    }

    // If the run's folder is missing too, its file system is probably not mounted.
    private bool IsRemoved(AttemptOrder order) => !File.Exists(RequestOf(order)) && Directory.Exists(order.RunFolder);

    // Returns false if the request could not be written; that is reported.
    private bool AskAgain(Waiting waiting)
    {
        if (!Ask(waiting.Order, waiting.Deadline, isNew: false))
        {
            return false;
        }

        waiting.WasAskedAgain = true;
        _watch.Remove(waiting.Order.Attempt);
        _watch.Add(waiting.Order.Attempt, waiting.Order.Folder);
        return true;
    }

    // Returns false if the request could not be written; the reason is reported.
    private bool Ask(AttemptOrder order, DateTimeOffset? deadline, bool isNew)
    {
        try
        {
            // Files of a person in the folder of a removed request stay. A link that leads out of the run is replaced.
            if (isNew || !RelativePath.StaysInside(order.RunFolder, order.WorkFolder) || (!Directory.Exists(order.WorkFolder) && _exchange.Look(order) is Answer.None))
            {
                _context.Attempts.Prepare(order);
            }

            _exchange.Ask(order, deadline, _context.Attempts);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var now = _context.Clock.GetUtcNow();
            if (DiskTrouble.Is(e))
            {
                _context.Report(order.HeldUpBy(e, now));
            }
            else if (isNew)
            {
                _context.Report(new Observation.NotStarted(order.Attempt, now, $"{OperatorCodes.StagingFailed}: {e.Message}"));
            }
            else
            {
                Over(order,
                    new AttemptEnd { EndedBy = $"{OperatorCodes.StagingFailed}: its folder was removed and cannot be created again: {e.Message}" });
            }

            return false;
        }
    }

    private void Wait(AttemptOrder order, DateTimeOffset since, bool fresh, bool again = false)
    {
        var deadline = Deadline(order, since);
        // From here on, changes of the machine's clock have no effect.
        var left = deadline is null ? (TimeSpan?)null : deadline.Value - _context.Clock.GetUtcNow();
        _waiting[order.Attempt] = new Waiting(order, deadline, left, _context.Clock.GetTimestamp()) { Since = since, WasAskedAgain = again };
        _watch.Add(order.Attempt, order.Folder);
        if (_courier is not null && !fresh && File.Exists(Path.Combine(order.Folder, Withdrawal)))
        {
            // Its end was decided already. It is unknown whether the other side was informed.
            var why = WithdrawalFile.Read(order.RunFolder, $"{order.RelativePath}/{Withdrawal}");
            End(order, new AttemptEnd { IsCancelled = !why.StartsWith("TIMEOUT", StringComparison.Ordinal), EndedBy = why }, withdrawn: why);
            return;
        }

        _courier?.Take(order, fresh);
        Look(order.Attempt);
    }
}
