using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Faults;

/// <content>Files that attempts take from one to the next.</content>
internal sealed partial class RandomRun
{
    private RandomCarry FindCarry(StoredAttempt attempt) =>
        _campaign.Tasks[attempt.Task].Carries.ElementAtOrDefault(attempt.Index - 1) is var carry
        && attempt.Index <= _campaign.Tasks[attempt.Task].Carries.Length
            ? carry
            : RandomCarry.Writes;

    private static LeftFile CreateLeft(AttemptId id) => new("state", "state", Sha256.ComputeTextHash(id.Value), 1, id, "");

    private AttemptEnd AddFiles(AttemptEnd end, AttemptId id)
    {
        var attempt = _attempts[id];
        if (_campaign.Tasks[attempt.Task].Policy is not { Carries: true })
        {
            return end;
        }

        var carry = FindCarry(attempt);
        return end with
        {
            LeftFiles = carry is RandomCarry.Writes or RandomCarry.AfreshWrites ? [CreateLeft(id)] : [],
            NotCarriedReason =
                attempt.Carried is not null && carry is RandomCarry.AfreshWrites or RandomCarry.AfreshWritesNothing ? "torn" : null,
        };
    }

    // An attempt begins with what the last one left, or else with what that one began with.
    private void CheckCarried(LiveAttempt attempt)
    {
        var last = _attempts.Values.FirstOrDefault(a => a.Task == attempt.Task.Position && a.Index == attempt.Index - 1);
        Sha256? expected = null;
        if (last is not null && _campaign.Tasks[last.Task].Policy is { Carries: true })
        {
            // What never started did nothing with its files.
            var carry = last.State
                is AttemptState.Ended { Outcome: AttemptOutcome.FailedInit }
                    or AttemptState.Ended { Cause: EndCause.Amended }
                ? RandomCarry.WritesNothing
                : FindCarry(last);
            expected = carry switch
            {
                RandomCarry.WritesNothing => last.Carried,
                RandomCarry.AfreshWritesNothing => null,
                _ => LeftFile.ComputeDigest([CreateLeft(last.Id)]),
            };
        }

        Assert.AreEqual(expected, attempt.CarriedHash, $"files that attempt {attempt.Index} of t{attempt.Task.Position} begins with");
    }

    // It stops only if it would begin with the same files again, after a failure of its own and without a larger request.
    private void CheckProgress(IReadOnlyList<StoredAttempt> attempts)
    {
        foreach (var attempt in attempts)
        {
            if (attempt.State is not AttemptState.Ended { Outcome: AttemptOutcome.Failed, Cause: var cause })
            {
                continue;
            }

            var isStuck =
                attempt.Carried is not null
                && _campaign.Tasks[attempt.Task].Policy is { Carries: true }
                && FindCarry(attempt) == RandomCarry.WritesNothing;
            Assert.IsTrue(cause != EndCause.NoProgress || isStuck, $"t{attempt.Task} stops although it makes progress");
            Assert.IsTrue(
                !isStuck
                    || RandomRetries.IsOutside(cause)
                    || attempt.Index == attempts.Count
                    // A person may let it try again.
                    || _heldAttempts.Contains(attempt.Id)
                    || RandomRetries.IsGrowing(_campaign.Tasks[attempt.Task].Policy!, cause),
                $"t{attempt.Task} goes on with the same files"
            );
        }
    }
}
