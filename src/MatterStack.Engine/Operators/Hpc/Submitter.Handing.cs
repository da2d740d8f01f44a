using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc;

/// <content>How a batch is prepared, named and handed to the scheduler.</content>
internal sealed partial class Submitter
{
    // Longer than a controller takes that is slow but will answer; doubled for one that needs longer.
    private static readonly TimeSpan FirstBound = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan LongestBound = TimeSpan.FromSeconds(600);

    // What keeps those that are neither ready nor over; null: there are none. What was prepared before and refused is ready.
    private NotSent? Prepare(List<ClusterJob> group, out List<ClusterJob> ready, CancellationToken cancel)
    {
        foreach (var job in group)
        {
            job.IsPrepared &= Directory.Exists(job.Order.WorkFolder);
        }

        foreach (var job in group.Where(j => !j.IsPrepared))
        {
            if (!job.IsRecorded && File.Exists(Path.Combine(job.Order.Folder, JobScript.FileName)))
            {
                // Those that may have been submitted were looked for when the tick began; the store knows nothing of this one.
                job.Tell(new Observation.HeldUp(job.Order.Attempt, clock.GetUtcNow(),
                    Problem.Of(OperatorCodes.StartedAlready, $"Attempt {job.Order.Index} of task '{job.Order.TaskId}' was started before, by an attempt that state.sqlite does not know", new SourcePosition(job.Order.Folder))));
                continue;
            }

            Guard(job, () => job.Place.Prepare(job.Order));
        }

        var prepared = group.Where(j => j is { IsOver: false, IsPrepared: false }).ToList();
        var jobs = prepared.ToDictionary<ClusterJob, AttemptOrder>(j => j.Order, ReferenceEqualityComparer.Instance);
        Sending? sending = null;
        if (prepared.Count > 0)
        {
            GuardAll(prepared, () => sending = prepared[0].Place.Send([.. prepared.Select(j => j.Order)], cancel));
        }

        foreach (var (order, why) in sending?.Failed ?? [])
        {
            NotStarted([jobs[order]], why);
        }

        foreach (var order in sending?.Ready ?? [])
        {
            jobs[order].IsPrepared = true;
        }

        ready = [.. group.Where(j => j is { IsOver: false, IsPrepared: true })];
        if (ready.Count > 0)
        {
            Name(ready);
            ready.RemoveAll(j => j.IsOver);
        }

        return sending?.Left;
    }

    private void Name(List<ClusterJob> jobs)
    {
        var name = "ms-" + jobs[0].Order.Attempt;
        for (var i = 0; i < jobs.Count; i++)
        {
            var job = jobs[i];
            job.Call(name, jobs.Count == 1 ? null : i + job.Site.Scheduler.FirstIndex);
            Guard(job, () => files.Write(job.Order, JobScript.FileName, JobScript.Write(job.Order, job.Site, job.Shape, name, job.Index)));
        }
    }

    // What becomes of the jobs is told here, unless they are refused for now.
    private SubmitAnswer Hand(List<ClusterJob> jobs, bool lookFirst, TimeSpan now, CancellationToken cancel)
    {
        _calls.Enqueue(now);
        var site = jobs[0].Site;
        var bound = Bound(jobs);
        foreach (var job in jobs)
        {
            job.TriedAt = now;
        }

        string script;
        try
        {
            script = Script(jobs, lookFirst, bound);
        }
        catch (ProblemException e)
        {
            // A secret that is not there.
            NotStarted(jobs, $"{e.Problems[0].Code}: {e.Problems[0].Message}");
            return new SubmitAnswer.Refused(e.Problems[0].Message, RefusalKind.Final);
        }

        var answer = shell.Run(new ShellCall(script, bound + SubmitScript.Overhead), cancel);
        var read = answer switch
        {
            // Nothing was submitted: the script ends before that.
            ShellAnswer.Ended { ExitCode: Refusals.NoFolder } ended => NotThere(jobs, ended),
            ShellAnswer.Ended ended => site.Scheduler.Read(ended),
            ShellAnswer.None none => new SubmitAnswer.Unclear(none.Why),
            _ => throw new InvalidOperationException("No rule for this answer"),
        };
        var at = clock.GetUtcNow();
        switch (read)
        {
            case SubmitAnswer.Accepted accepted:
                foreach (var job in jobs)
                {
                    job.Identify(job.Index is { } index ? site.Scheduler.MemberId(accepted.Job, index) : accepted.Job);
                    job.TellWaiting(at, "submitted");
                }

                break;
            case SubmitAnswer.Refused { Kind: RefusalKind.Final or RefusalKind.ArrayTooLarge } refused when refused.Kind == RefusalKind.Final || jobs.Count == 1:
                NotStarted(jobs, $"{OperatorCodes.SubmissionRefused}: {site.Scheduler.Type} on {shell.Name} refuses it: {refused.Why}");
                return refused with { Kind = RefusalKind.Final };
            case SubmitAnswer.Refused:
                TakeBack(jobs);
                break;
            case SubmitAnswer.Unclear unclear:
                foreach (var job in jobs)
                {
                    job.Unanswered++;
                    job.Said = unclear.Why;
                    job.FinalAt = answer is ShellAnswer.None ? now + bound + SubmitScript.Overhead : now;
                    if (unclear.IsDoubtful)
                    {
                        job.Doubt(at);
                    }

                    job.TellWaiting(at, $"whether it was taken is not known yet ({unclear.Why}); it is looked for by its name");
                }

                break;
            default:
                throw new InvalidOperationException("No rule for this answer");
        }

        return read;
    }

    // What was put there may have been removed; then it is prepared anew.
    private static SubmitAnswer.Refused NotThere(List<ClusterJob> jobs, ShellAnswer.Ended ended)
    {
        var isGone = PlaceTrouble.IsGone(ended);
        foreach (var job in jobs)
        {
            job.IsPrepared &= !isGone;
        }

        return PlaceTrouble.Of(ended, jobs[0].Place.Name, null) is { Kind: NotSentKind.Waits } waits
            ? new SubmitAnswer.Refused(isGone ? $"its folder on {jobs[0].Place.Name} is gone and is made anew" : waits.Why, RefusalKind.Passing) : new SubmitAnswer.Refused(ended.Error.Trim(), RefusalKind.Final);
    }

    private static TimeSpan Bound(IReadOnlyList<ClusterJob> jobs) =>
        TimeSpan.FromTicks(Math.Min(FirstBound.Ticks << Math.Min(jobs.Max(j => j.Unanswered), 8), LongestBound.Ticks));

    // The scheduler has said no, so nobody need look for them.
    private void TakeBack(IEnumerable<ClusterJob> jobs)
    {
        foreach (var job in jobs)
        {
            try
            {
                if (!Directory.Exists(job.Order.Folder))
                {
                    // It is known by a name of its own without a script.
                }
                else if (job.IsRecorded)
                {
                    // It stays known by a name of its own: others may go under the one that it had, and who comes after a crash must not take their job for this one's.
                    Name([job]);
                }
                else
                {
                    File.Delete(Path.Combine(job.Order.Folder, JobScript.FileName));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Then it is looked for in vain, if somebody comes after a crash.
            }

            job.TakeNameBack();
        }
    }

    private static string Script(List<ClusterJob> jobs, bool lookFirst, TimeSpan bound)
    {
        var site = jobs[0].Site;
        var scheduler = site.Scheduler;
        var secrets = site.Env.Where(e => SecretReference.IsIn(e.Value)).Select(e => KeyValuePair.Create(e.Key, site.Reveal(e.Value))).ToList();
        var name = jobs[0].Name!;
        var text = new StringBuilder(jobs[0].Place.WriteScripts([.. jobs.Select(j => (j.Order, JobScript.Read(Path.Combine(j.Order.Folder, JobScript.FileName))!.Text))]))
            // Its words are read, and the job is to get the locale that is set.
            .Append("LC_ALL=C cd -- ").Append(jobs[0].Place.Folder(jobs[0].Order)).Append(" || exit 74\n");
        if (jobs[0].Index is null)
        {
            return text.Append(scheduler.Submit(new Submission(name, null, null, lookFirst, secrets, bound))).ToString();
        }

        var array = new StringBuilder("#!/bin/sh\n");
        foreach (var directive in scheduler.Directives(name, jobs[0].Shape, single: false))
        {
            array.Append(directive).Append('\n');
        }

        array.Append("case $").Append(scheduler.IndexVariable).Append(" in\n");
        foreach (var job in jobs)
        {
            array.Append(CultureInfo.InvariantCulture, $"{job.Index}) cd -- {MemberFolder(job, jobs[0], scheduler)} ;;\n");
        }

        array.Append("*) exit 126 ;;\nesac || exit 126\n").Append(scheduler.StartMember(name)).Append("exec /bin/sh ./").Append(JobScript.FileName).Append(" > stdout.log 2> stderr.log");
        return text.Append(scheduler.Submit(new Submission(name, [.. jobs.Select(j => j.Index!.Value)], array.ToString(), lookFirst, secrets, bound))).ToString();
    }

    // Beside the folder of the first member, which may be gone by then. A node may have another home folder than the log-in node, so a path that begins there comes last.
    private static string MemberFolder(ClusterJob job, ClusterJob first, IScheduler scheduler)
    {
        var folder = job.Place.Folder(job.Order);
        return Path.GetDirectoryName(job.Order.RelativePath) == Path.GetDirectoryName(first.Order.RelativePath)
            ? $"\"${{{scheduler.SubmitFolderVariable}%/*}}\"/{ShellText.Quote(Path.GetFileName(job.Order.RelativePath))} 2>/dev/null || cd -- {folder}" : folder;
    }

    private void NotStarted(IEnumerable<ClusterJob> jobs, string why)
    {
        foreach (var job in jobs)
        {
            job.Tell(new Observation.NotStarted(job.Order.Attempt, clock.GetUtcNow(), why));
        }
    }

    private void Guard(ClusterJob job, Action action) => GuardAll([job], action);

    private void GuardAll(IReadOnlyList<ClusterJob> jobs, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            foreach (var job in jobs)
            {
                job.Tell(DiskTrouble.Is(e)
                    ? job.Order.HeldUpBy(e, clock.GetUtcNow())
                    : new Observation.NotStarted(job.Order.Attempt, clock.GetUtcNow(), $"{OperatorCodes.StagingFailed}: {e.Message}"));
            }
        }
    }
}
