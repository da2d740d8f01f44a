using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Puts attempts into a scheduler's queue: alike ones as one array, each exactly once.</summary>
/// <remarks>
/// The name under which an attempt is submitted is in its <c>submit.sh</c>, on this machine's disk, before anything is submitted. So whoever comes after a crash knows what to look for.
/// </remarks>
internal sealed class Submitter(IShell shell, AttemptFiles files, TimeProvider clock)
{
    /// <summary>Longer than a controller takes that is slow but will answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Queue<TimeSpan> _calls = new();
    private readonly PlacePauses _pauses = new();

    /// <summary>Submits what may be submitted now.</summary>
    /// <returns>Jobs that are in the queue or may be; jobs that are left for later, when to go on with them, and why nothing went out if that is so.</returns>
    public (List<ClusterJob> Submitted, List<ClusterJob> Left, TimeSpan Wait, ShellAnswer.None? None) Submit(IReadOnlyList<ClusterJob> jobs, TimeSpan now, CancellationToken cancel)
    {
        var (submitted, left) = (new List<ClusterJob>(), new List<ClusterJob>());
        var next = Timeout.InfiniteTimeSpan;
        var groups = new Queue<List<ClusterJob>>(jobs.GroupBy(j => (j.Site, j.Shape, j.Place)).SelectMany(group => group.Chunk(group.Key.Site.Scheduler.LargestArray)).Select(chunk => chunk.ToList()));
        while (groups.TryPeek(out var group))
        {
            if (_pauses.Find(group[0].Place, now) is { } pause)
            {
                // A place without room keeps nothing from going to the others.
                left.AddRange(groups.Dequeue());
                next = PlacePauses.Sooner(next, pause.Wait);
                Remark(group, pause.Why);
                continue;
            }

            if (Rate(group[0].Site, now) is { } wait)
            {
                return (submitted, [.. left, .. groups.SelectMany(g => g)], PlacePauses.Sooner(next, wait), null);
            }

            groups.Dequeue();
            var notSent = Prepare(group, out var ready, cancel);
            if (ready.Count > 0)
            {
                Hand(ready, lookFirst: false, now, cancel);
                submitted.AddRange(ready);
            }

            var rest = group.Where(j => !j.IsOver).Except(ready).ToList();
            switch (notSent)
            {
                case null:
                    _pauses.End(group[0].Place);
                    break;
                case { Kind: NotSentKind.Waits }:
                    _pauses.Begin(group[0].Place, notSent.Why, now);
                    left.AddRange(rest);
                    next = PlacePauses.Sooner(next, _pauses.Find(group[0].Place, now)!.Value.Wait);
                    Remark(rest, notSent.Why);
                    break;
                default:
                    return (submitted, [.. left, .. rest, .. groups.SelectMany(g => g)], next, new ShellAnswer.None(notSent.Why, notSent.Kind != NotSentKind.Unreached));
            }
        }

        return (submitted, left, next, null);
    }

    /// <summary>Submits jobs again that were looked for in vain, under the name they had.</summary>
    public void Again(List<ClusterJob> jobs, TimeSpan now, CancellationToken cancel) => Hand(jobs, lookFirst: true, now, cancel);

    // A limit of calls in a minute: how long to wait for the next; null: none.
    private TimeSpan? Rate(HpcSite site, TimeSpan now)
    {
        while (_calls.TryPeek(out var oldest) && now - oldest >= TimeSpan.FromMinutes(1))
        {
            _calls.Dequeue();
        }

        return site.SubmitRate is { } most && _calls.Count >= most ? _calls.Peek() + TimeSpan.FromMinutes(1) - now : null;
    }

    // What keeps those that are neither ready nor over; null: there are none.
    private NotSent? Prepare(List<ClusterJob> group, out List<ClusterJob> ready, CancellationToken cancel)
    {
        foreach (var job in group)
        {
            if (File.Exists(Path.Combine(job.Order.Folder, JobScript.FileName)))
            {
                // Those that may have been submitted were looked for when the tick began; the store knows nothing of this one.
                job.Tell(new Observation.HeldUp(job.Order.Attempt, clock.GetUtcNow(),
                    Problem.Of(OperatorCodes.StartedAlready, $"Attempt {job.Order.Index} of task '{job.Order.TaskId}' was started before, by an attempt that state.sqlite does not know", new SourcePosition(job.Order.Folder))));
                continue;
            }

            Guard(job, () => job.Place.Prepare(job.Order));
        }

        var prepared = group.Where(j => !j.IsOver).ToList();
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

        ready = [.. (sending?.Ready ?? []).Select(order => jobs[order])];
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

    private void Hand(List<ClusterJob> jobs, bool lookFirst, TimeSpan now, CancellationToken cancel)
    {
        _calls.Enqueue(now);
        foreach (var job in jobs)
        {
            job.TriedAt = now;
        }

        var site = jobs[0].Site;
        string script;
        try
        {
            script = Script(jobs, lookFirst);
        }
        catch (ProblemException e)
        {
            // A secret that is not there.
            NotStarted(jobs, $"{e.Problems[0].Code}: {e.Problems[0].Message}");
            return;
        }

        var answer = shell.Run(new ShellCall(script, Patience), cancel);
        var read = answer switch
        {
            ShellAnswer.Ended { ExitCode: 74 } ended => new SubmitAnswer.Refused(ended.Error.Trim(), TooManyMembers: false),
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
            case SubmitAnswer.Refused { TooManyMembers: true } when jobs.Count > 1:
                // A site that takes smaller arrays only; each half is a job of its own.
                foreach (var half in new[] { jobs[..(jobs.Count / 2)], jobs[(jobs.Count / 2)..] })
                {
                    Name(half);
                    Hand([.. half.Where(j => !j.IsOver)], lookFirst: false, now, cancel);
                }

                break;
            case SubmitAnswer.Refused refused:
                NotStarted(jobs, $"{OperatorCodes.SubmissionRefused}: {site.Scheduler.Type} on {shell.Name} refuses it: {refused.Why}");
                break;
            case SubmitAnswer.Unclear unclear:
                foreach (var job in jobs)
                {
                    job.TellWaiting(at, $"whether it was taken is not known yet ({unclear.Why}); it is looked for by its name");
                }

                break;
            default:
                throw new InvalidOperationException("No rule for this answer");
        }
    }

    private static string Script(List<ClusterJob> jobs, bool lookFirst)
    {
        var site = jobs[0].Site;
        var scheduler = site.Scheduler;
        var secrets = site.Env.Where(e => SecretReference.IsIn(e.Value)).Select(e => KeyValuePair.Create(e.Key, site.Reveal(e.Value))).ToList();
        var name = jobs[0].Name!;
        var text = new StringBuilder(jobs[0].Place.WriteScripts([.. jobs.Select(j => (j.Order, JobScript.Read(Path.Combine(j.Order.Folder, JobScript.FileName))!.Text))]))
            .Append("cd -- ").Append(jobs[0].Place.Folder(jobs[0].Order)).Append(" || exit 74\n");
        if (jobs[0].Index is null)
        {
            return text.Append(scheduler.Submit(new Submission(name, null, null, lookFirst, secrets))).ToString();
        }

        var array = new StringBuilder("#!/bin/sh\n");
        foreach (var directive in scheduler.Directives(name, jobs[0].Shape, single: false))
        {
            array.Append(directive).Append('\n');
        }

        array.Append("case $").Append(scheduler.IndexVariable).Append(" in\n");
        foreach (var job in jobs)
        {
            array.Append(CultureInfo.InvariantCulture, $"{job.Index}) cd -- {job.Place.Folder(job.Order)} ;;\n");
        }

        array.Append("*) exit 126 ;;\nesac || exit 126\nexec /bin/sh ./").Append(JobScript.FileName).Append(" > stdout.log 2> stderr.log");
        return text.Append(scheduler.Submit(new Submission(name, [.. jobs.Select(j => j.Index!.Value)], array.ToString(), lookFirst, secrets))).ToString();
    }

    private void NotStarted(IEnumerable<ClusterJob> jobs, string why)
    {
        foreach (var job in jobs)
        {
            job.Tell(new Observation.NotStarted(job.Order.Attempt, clock.GetUtcNow(), why));
        }
    }

    private void Remark(IEnumerable<ClusterJob> jobs, string why)
    {
        foreach (var job in jobs)
        {
            job.Remark(clock.GetUtcNow(), $"{why}; it is tried again");
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
