using System.Globalization;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Submits attempts to a scheduler: attempts with equal resources as one array, each attempt exactly once, as many as the queue accepts.
/// </summary>
/// <remarks>
/// The job name of an attempt is in its <c>submit.sh</c> on this machine's disk before the submission, and is removed when the scheduler
/// refuses. So the next command after a crash knows the name to search for.
/// </remarks>
internal sealed partial class Submitter(IShell shell, AttemptFiles files, TimeProvider clock)
{
    // Ambiguous refusals are retried for this time; then a person is informed.
    private static readonly TimeSpan DoubtLasts = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly Queue<TimeSpan> _calls = new();
    private readonly Dictionary<(HpcSite Site, JobShape Shape), Portion> _portions = [];
    private readonly PlacePauses _pauses = new();

    /// <summary>Whether jobs wait for capacity in the queue.</summary>
    public bool IsTight => _portions.Values.Any(portion => portion.IsTight);

    /// <summary>Submits the jobs that may be submitted now.</summary>
    /// <param name="jobs">Waiting jobs.</param>
    /// <param name="live">Counts the jobs of a site that are, or may be, in the queue; of all sites if the argument is null.</param>
    /// <param name="ends">Whether the cancellation of a waiting job was requested; the job is over then.</param>
    /// <param name="now">Current time.</param>
    /// <param name="cancel">Cancels the call.</param>
    public Submitted Submit(IReadOnlyList<ClusterJob> jobs, Func<HpcSite?, int> live, Func<ClusterJob, bool> ends, TimeSpan now, CancellationToken cancel)
    {
        var done = new Submitted();
        // Groups without a recent refusal go first.
        foreach (var group in jobs.GroupBy(j => (j.Site, j.Shape, j.Place)).OrderBy(g => PortionOf((g.Key.Site, g.Key.Shape)).Words.Length > 0).ToList())
        {
            var waiting = group.ToList();
            if (!cancel.IsCancellationRequested && done is { None: null, IsSilent: false })
            {
                Submit(waiting, PortionOf((group.Key.Site, group.Key.Shape)), live, ends, done, now, cancel);
            }

            done.Left.AddRange(waiting.Where(j => !j.IsOver));
        }

        if (done.IsSilent && done.Left.Count > 0)
        {
            done.Wait(Silence);
            PutOff(done.Left, $"waits until {shell.Name} answers again");
        }

        return done;
    }

    /// <summary>Submits jobs again, under their old name, after a search did not find them.</summary>
    /// <returns>The jobs that are certainly not in the queue and wait.</returns>
    public IReadOnlyList<ClusterJob> Again(List<ClusterJob> jobs, Func<HpcSite?, int> live, TimeSpan now, CancellationToken cancel)
    {
        var at = clock.GetUtcNow();
        foreach (var job in jobs.Where(j => at - j.RefusedSince >= DoubtLasts))
        {
            NotStarted([job], $"{OperatorCodes.SubmissionRefused}: {job.Site.Scheduler.Type} on {shell.Name} has not accepted it "
                + $"within {DoubtLasts.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes, and no job has its name: {job.Said}");
        }

        // If its folder on this machine was removed, a job is prepared again first.
        var gone = jobs.Where(j => !j.IsOver && !File.Exists(Path.Combine(j.Order.Folder, JobScript.FileName))).ToList();
        gone.ForEach(j => j.TakeNameBack());
        jobs.RemoveAll(j => j.IsOver || j.Name is null);
        if (jobs.Count == 0)
        {
            return gone;
        }

        if (Hand(jobs, lookFirst: true, now, cancel) is not SubmitAnswer.Refused { Kind: not RefusalKind.Final } refused || jobs.TrueForAll(j => j.IsOver))
        {
            return gone;
        }

        Weigh(jobs, jobs, refused, PortionOf((jobs[0].Site, jobs[0].Shape)), live(jobs[0].Site), isAlone: live(null) == 0, now);
        return [.. gone, .. jobs.Where(j => !j.IsOver)];
    }

    /// <summary>Records that jobs have left the queue.</summary>
    public void Free(HpcSite site)
    {
        foreach (var (key, portion) in _portions)
        {
            portion.Free(key.Site == site);
        }
    }

    private void Submit(List<ClusterJob> waiting, Portion portion, Func<HpcSite?, int> live, Func<ClusterJob, bool> ends, Submitted done, TimeSpan now, CancellationToken cancel)
    {
        var site = waiting[0].Site;
        int Live() => live(site) + done.CountOf(site);
        if (!portion.IsTight && waiting.Exists(j => j.WasPutOff))
        {
            portion.BeginWithOne(Live());
        }

        while (!cancel.IsCancellationRequested && done.None is null)
        {
            waiting.RemoveAll(j => ends(j));
            var size = Math.Min(portion.Size(Live(), waiting.Count, now), site.Scheduler.LargestArray);
            if (waiting.Count == 0)
            {
                return;
            }

            if (size == 0)
            {
                done.Wait(portion.Due(Live()) - now);
                PutOff(waiting, portion.Words.Length > 0 ? portion.Words : "waits for capacity in the queue");
                return;
            }

            if (_pauses.Find(waiting[0].Place, now) is { } pause)
            {
                // A full file system does not stop jobs for other ones.
                done.Wait(pause.Wait);
                PutOff(waiting, $"{pause.Reason}; it is tried again");
                return;
            }

            if (Rate(site, now) is { } wait)
            {
                done.Wait(wait);
                PutOff(waiting, string.Create(CultureInfo.InvariantCulture,
                    $"waits: submit_rate allows {site.SubmitRate} submissions per minute"));
                return;
            }

            var place = waiting[0].Place;
            var notSent = Prepare(waiting[..size], out var batch, cancel);
            waiting.RemoveAll(j => j.IsOver);
            switch (notSent)
            {
                case null:
                    _pauses.End(place);
                    break;
                case { Kind: NotSentKind.Waits }:
                    _pauses.Begin(place, notSent.Why, now);
                    break;
                default:
                    done.None = new ShellAnswer.None(notSent.Why, notSent.Kind != NotSentKind.Unreached);
                    break;
            }

            if (batch.Count == 0)
            {
                continue;
            }

            // An earlier submission of a recorded job under the same name may have arrived late: search first.
            switch (Hand(batch, lookFirst: batch is [{ IsRecorded: true }], now, cancel))
            {
                case SubmitAnswer.Refused { Kind: not RefusalKind.Final } refused:
                    Weigh(batch, waiting, refused, portion, Live(), isAlone: live(null) + done.CountOf(null) == 0, now);
                    break;
                case var answer:
                    done.Out(batch);
                    waiting.RemoveAll(batch.Contains);
                    if (answer is SubmitAnswer.Accepted)
                    {
                        portion.Take(Live(), now);
                    }

                    if (answer is SubmitAnswer.Unclear)
                    {
                        // The next submission would also time out.
                        done.IsSilent = true;
                        return;
                    }

                    break;
            }
        }
    }

    // Decides what follows from a refusal that is not final.
    private void Weigh(List<ClusterJob> batch, List<ClusterJob> waiting, SubmitAnswer.Refused refused, Portion portion, int live, bool isAlone, TimeSpan now)
    {
        var why = $"{batch[0].Site.Scheduler.Type} on {shell.Name} does not accept it yet: {refused.Why}";
        switch (refused.Kind)
        {
            case RefusalKind.ArrayTooLarge:
                portion.Limit(batch.Count);
                return;
            case RefusalKind.Passing:
                portion.Close(why, now);
                return;
            case RefusalKind.Doubtful when batch.Count == 1 && isAlone:
                // No job of this run can leave the queue and free capacity, so the time of refusal counts.
                var at = clock.GetUtcNow();
                waiting.ForEach(job => job.Doubt(at));
                if (at - batch[0].RefusedSince >= DoubtLasts)
                {
                    NotStarted(batch, $"{OperatorCodes.SubmissionRefused}: {batch[0].Site.Scheduler.Type} on {shell.Name} has refused it for {DoubtLasts.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes: {refused.Why}");
                    waiting.RemoveAll(j => j.IsOver);
                    return;
                }

                // The next job may still be accepted: move this one to the end.
                waiting.Remove(batch[0]);
                waiting.Add(batch[0]);
                portion.Refuse(live, batch.Count, why, now);
                return;
            case RefusalKind.Full or RefusalKind.Doubtful:
                portion.Refuse(live, batch.Count, why, now);
                return;
            case RefusalKind.Final or RefusalKind.AnswerLost:
            default:
                throw new InvalidOperationException("No rule for this refusal");
        }
    }

    private void PutOff(IEnumerable<ClusterJob> jobs, string why)
    {
        var at = clock.GetUtcNow();
        foreach (var job in jobs)
        {
            job.PutOff(at, why);
        }
    }

    private Portion PortionOf((HpcSite Site, JobShape Shape) key)
    {
        if (!_portions.TryGetValue(key, out var portion))
        {
            _portions[key] = portion = new Portion();
        }

        return portion;
    }

    // Wait time until the next submission is allowed by the rate limit. Returns null if there is no wait.
    private TimeSpan? Rate(HpcSite site, TimeSpan now)
    {
        while (_calls.TryPeek(out var oldest) && now - oldest >= TimeSpan.FromMinutes(1))
        {
            _calls.Dequeue();
        }

        return site.SubmitRate is { } most && _calls.Count >= most ? _calls.Peek() + TimeSpan.FromMinutes(1) - now : null;
    }
}

/// <summary>Result of a submission round.</summary>
internal sealed class Submitted
{
    private readonly Dictionary<HpcSite, int> _counts = [];

    /// <summary>Jobs that are, or may be, in the queue, and jobs that ended because they can never be submitted.</summary>
    public List<ClusterJob> Jobs { get; } = [];

    /// <summary>Jobs that wait for a later round.</summary>
    public List<ClusterJob> Left { get; } = [];

    /// <summary>Time until the next try, unless an event comes first.</summary>
    public TimeSpan Pause { get; private set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Why nothing was submitted; null if something was, or if there was nothing to submit.</summary>
    public ShellAnswer.None? None { get; set; }

    /// <summary>Whether a submission got no answer.</summary>
    public bool IsSilent { get; set; }

    public void Wait(TimeSpan pause) => Pause = Pause == Timeout.InfiniteTimeSpan || pause < Pause ? pause < TimeSpan.Zero ? TimeSpan.Zero : pause : Pause;

    public void Out(IReadOnlyList<ClusterJob> jobs)
    {
        Jobs.AddRange(jobs);
        foreach (var job in jobs.Where(j => !j.IsOver))
        {
            _counts[job.Site] = _counts.GetValueOrDefault(job.Site) + 1;
        }
    }

    /// <summary>Number of submitted jobs of a site; of all sites if the argument is null.</summary>
    public int CountOf(HpcSite? site) => site is null ? _counts.Values.Sum() : _counts.GetValueOrDefault(site);
}
