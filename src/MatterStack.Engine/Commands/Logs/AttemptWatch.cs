using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Logs;

/// <summary>Tells whether an attempt has ended by the records of its run, which another process writes.</summary>
/// <param name="run">The run.</param>
/// <param name="attempt">The attempt.</param>
/// <param name="clock">Clock.</param>
/// <param name="pause">Least time between two looks.</param>
internal sealed class AttemptWatch(RunFolder run, AttemptId attempt, TimeProvider clock, TimeSpan pause)
{
    private long? _lookedAt;
    private bool _isLive = true;

    /// <summary>Whether the attempt was submitted at the last look, so that it has a folder.</summary>
    public bool IsSubmitted { get; private set; }

    /// <summary>Whether the attempt had not ended at the last look.</summary>
    public bool IsLive()
    {
        if (_isLive && (_lookedAt is not { } last || clock.GetElapsedTime(last) >= pause))
        {
            _lookedAt = clock.GetTimestamp();
            using var reader = new RunReader(run);
            var row = reader.FindAttempt(attempt);
            (_isLive, IsSubmitted) = (row is { EndedAt: null }, row?.SubmittedAt is not null);
        }

        return _isLive;
    }
}
