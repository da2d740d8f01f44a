using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Faults;

/// <content>What must hold after each tick, and at the end.</content>
internal sealed partial class RandomRun
{
    private void Check()
    {
        foreach (var attempts in _attempts.Values.GroupBy(a => a.Task))
        {
            var indexes = attempts.Select(a => a.Index).Order().ToArray();
            Assert.IsTrue(
                indexes.SequenceEqual(Enumerable.Range(1, indexes.Length)),
                $"attempts of t{attempts.Key} are numbered {string.Join(',', indexes)}"
            );
            Assert.IsLessThanOrEqualTo(
                1,
                attempts.Count(a => a.State is not AttemptState.Ended),
                $"t{attempts.Key} has several attempts under way"
            );
            CheckProgress([.. attempts.OrderBy(a => a.Index)]);
            RandomRetries.CheckCounts(_campaign, attempts.Key, [.. attempts.OrderBy(a => a.Index)], _retries[attempts.Key] + 1);
        }

        for (var i = 0; i < _tasks.Length; i++)
        {
            var needs = _campaign.Tasks[i].DependsOn.Select(d => _tasks[d].State).ToList();
            Assert.IsFalse(
                _tasks[i].State == TaskState.Pending && needs.All(s => s.IsEnd()) && !MayBeLeftOut(i),
                $"t{i} is PENDING and waits for nothing"
            );
            Assert.IsFalse(
                _tasks[i].State is TaskState.Ready or TaskState.Running && !needs.All(s => s.IsEnd()),
                $"t{i} goes ahead of its dependencies"
            );
        }

        // What is outside at a time keeps to the limits.
        var running = _outside.Values.Where(o => !o.Heard && !o.Over).ToList();
        var under = running.Select(o => _campaign.Tasks[o.Task]).ToList();
        Assert.IsLessThanOrEqualTo(_campaign.Cores, running.Sum(o => o.Cores), "more cores in use than there are");
        Assert.IsLessThanOrEqualTo(_campaign.MaxGlobal ?? int.MaxValue, under.Count, "more at a time than allowed");
        for (var key = 0; key < _keys.Length; key++)
        {
            Assert.IsLessThanOrEqualTo(_campaign.MaxConcurrent[key], under.Count(t => t.Key == key), $"more on key {key} than allowed");
        }
    }

    // Until one of several like tasks has completed or failed for good, no other one starts.
    private void CheckCanary(int position)
    {
        var task = _campaign.Tasks[position];
        // After a selection has left out a first one, several of a kind may have begun; each of them may be tried again.
        var isAgain = _hadSelection && _attempts.Values.Any(a => a.Task == position && a.Index > 1);
        if (!_campaign.StartsCanaries || task.Pattern is null || isAgain)
        {
            return;
        }

        var others = Enumerable
            .Range(0, _tasks.Length)
            .Where(i => i != position && _campaign.Tasks[i].Pattern == task.Pattern && _campaign.Tasks[i].Key == task.Key)
            .ToList();
        if (!others.Append(position).Any(i => _tasks[i].State is TaskState.Completed or TaskState.Failed))
        {
            var started = others.Where(i => !_tasks[i].State.IsEnd() && !IsLeftOut(i) && _attempts.Values.Any(a => a.Task == i)).ToList();
            Assert.IsEmpty(started, $"t{position} starts beside the first of its kind, t{string.Join(", t", started)}");
        }
    }

    // The end is the one that the campaign's own words lead to, whatever happened on the way.
    private void CheckEnd()
    {
        Assert.IsTrue(_tasks.All(t => t.State.IsEnd()), "the run has ended, its tasks have not");
        Assert.IsTrue(_attempts.Values.All(a => a.State is AttemptState.Ended), "the run has ended, attempts have not");
        for (var i = 0; i < _tasks.Length; i++)
        {
            var task = _campaign.Tasks[i];
            var skipped = !task.AllowDependencyFailure && task.DependsOn.Any(d => _tasks[d].State != TaskState.Completed);
            var mine = _attempts.Values.Where(a => a.Task == i).ToList();
            var expected =
                skipped ? TaskState.Skipped
                : task.Cores > _campaign.Cores ? TaskState.Failed
                : mine.Any(a => a.State is AttemptState.Ended { Outcome: AttemptOutcome.Completed }) ? TaskState.Completed
                : TaskState.Failed;
            Assert.AreEqual(expected, _tasks[i].State, $"end of t{i}");
            if (expected == TaskState.Failed && task.Cores <= _campaign.Cores)
            {
                Assert.AreEqual(IsHolding(task), _givenUp.Contains(i), $"t{i} failed although a person was to decide, or was given up");
            }

            if (expected == TaskState.Failed && task.Cores <= _campaign.Cores && !IsHolding(task))
            {
                RandomRetries.CheckFailure(_campaign, i, [.. mine.OrderBy(a => a.Index)]);
            }
        }

        var failed = Enumerable.Range(0, _tasks.Length).Any(i => _tasks[i].State == TaskState.Failed && !_campaign.Tasks[i].AllowFailure);
        Assert.AreEqual(failed ? RunState.Failed : RunState.Completed, _run);
    }

    // After an end from outside, the next attempt is intended ten seconds later at least. For a new process the clock decides, which a
    // person may set.
    private void CheckDelay(LiveAttempt attempt)
    {
        var last = _attempts.Values.FirstOrDefault(a => a.Task == attempt.Task.Position && a.Index == attempt.Index - 1);
        if (
            last is { EndedAt: { } ended, RecordedAt: var recorded, State: AttemptState.Ended { Cause: var cause } }
            && recorded > _clockSetAt
            && RandomRetries.IsOutside(cause)
            && !RandomRetries.IsRefused(_campaign, last)
            // A person decides without a delay.
            && !_heldAttempts.Contains(last.Id)
        )
        {
            Assert.IsGreaterThanOrEqualTo(10, (attempt.CreatedAt - ended).TotalSeconds, $"t{attempt.Task.Position} begins again at once");
        }
    }
}
