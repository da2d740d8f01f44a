using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>Files that attempts carried on from.</content>
internal sealed partial class RunReader
{
    private ILookup<AttemptId, LeftFile>? _carried;

    // Most runs have none. An attempt that began afresh carried nothing.
    private AttemptRow AddCarried(AttemptRow attempt)
    {
        _carried ??= ReadCarried();
        if (attempt.CachedFrom is not null)
        {
            return attempt with { ContinuedAttempts = attempt.Origin?.ContinuedAttempts ?? 0 };
        }

        return !_carried.Contains(attempt.AttemptId)
            ? attempt
            : attempt with
            {
                Carried = [.. _carried[attempt.AttemptId]],
                ContinuedAttempts = CountContinued(attempt.AttemptId, _carried),
            };
    }

    private ILookup<AttemptId, LeftFile> ReadCarried() =>
        QueryRows(
                "SELECT c.attempt_id, c.path, c.source, c.sha256, c.size, c.origin_attempt_id, c.place FROM carried_files c "
                    + "JOIN attempts a ON a.attempt_id = c.attempt_id WHERE a.not_carried IS NULL ORDER BY a.seq, c.path",
                r =>
                    (
                        Attempt: AttemptId.FromTrusted(r.GetString(0)),
                        File: new LeftFile(
                            r.GetString(1),
                            r.GetString(2),
                            StoreText.GetHash(r, 3),
                            r.GetInt64(4),
                            AttemptId.FromTrusted(r.GetString(5)),
                            r.GetString(6)
                        )
                    )
            )
            .ToLookup(static row => row.Attempt, static row => row.File);

    private static int CountContinued(AttemptId attempt, ILookup<AttemptId, LeftFile> carried)
    {
        var found = new HashSet<AttemptId>();
        var open = new Stack<AttemptId>([attempt]);
        while (open.TryPop(out var next))
        {
            foreach (var file in carried[next])
            {
                if (found.Add(file.Origin))
                {
                    open.Push(file.Origin);
                }
            }
        }

        return found.Count;
    }
}
