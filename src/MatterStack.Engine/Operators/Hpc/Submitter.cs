using System.Globalization;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Puts attempts into a scheduler's queue: alike ones as one array, each exactly once, as many as the queue takes.</summary>
/// <remarks>
/// The name under which an attempt is submitted is in its <c>submit.sh</c>, on this machine's disk, before anything is submitted, and goes from there when the scheduler has said no. So whoever comes after a crash knows what to look for.
/// </remarks>
internal sealed partial class Submitter(IShell shell, AttemptFiles files, TimeProvider clock)
{
    // Errors of words that mean now this, now that, are tried so long; then a person hears of it.
    private static readonly TimeSpan DoubtLasts = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly Queue<TimeSpan> _calls = new();
    private readonly Dictionary<(HpcSite Site, JobShape Shape), Portion> _portions = [];
    private readonly PlacePauses _pauses = new();

    /// <summary>Whether something waits for room in the queue.</summary>
    public bool IsTight => _portions.Values.Any(portion => portion.IsTight);

    /// <summary>Submits what may be submitted now.</summary>
    /// <param name="jobs">Jobs that wait.</param>
    /// <param name="live">How many jobs of a site are in the queue or may be, and of all sites if it is null.</param>
    /// <param name="ends">Whether the end of a job that waits was asked for; it is over then.</param>
    /// <param name="now">Time.</param>
    /// <param name="cancel">Gives up.</param>
    public Submitted Submit(IReadOnlyList<ClusterJob> jobs, Func<HpcSite?, int> live, Func<ClusterJob, bool> ends, TimeSpan now, CancellationToken cancel)
    {
        var done = new Submitted();
        // Who was not refused lately goes first.
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

    /// <summary>Submits jobs again that were looked for in vain, under the name they had.</summary>
    /// <returns>Those of them that are certain not to be in the queue, and wait.</returns>
    public IReadOnlyList<ClusterJob> Again(List<ClusterJob> jobs, Func<HpcSite?, int> live, TimeSpan now, CancellationToken cancel)
    {
        var at = clock.GetUtcNow();
        foreach (var job in jobs.Where(j => at - j.RefusedSince >= DoubtLasts))
        {
            NotStarted([job], $"{OperatorCodes.SubmissionRefused}: {job.Site.Scheduler.Type} on {shell.Name} has not taken it in {DoubtLasts.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes, and no job has its name: {job.Said}");
        }

        // Whose folder here was removed is prepared anew before it goes.
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

    /// <summary>Jobs have left the queue.</summary>
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
                PutOff(waiting, portion.Words.Length > 0 ? portion.Words : "waits for room in the queue");
                return;
            }

            if (_pauses.Find(waiting[0].Place, now) is { } pause)
            {
                // A place without room keeps nothing from going to the others.
                done.Wait(pause.Wait);
                PutOff(waiting, $"{pause.Why}; it is tried again");
                return;
            }

            if (Rate(site, now) is { } wait)
            {
                done.Wait(wait);
                PutOff(waiting, string.Create(CultureInfo.InvariantCulture, $"waits, since no more than {site.SubmitRate} submissions go out in a minute (submit_rate)"));
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

            // One that was submitted before under the same name, and not found, may have come late.
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
                        // The next would only wait as long.
                        done.IsSilent = true;
                        return;
                    }

                    break;
            }
        }
    }

    // What follows from a no that is none for ever.
    private void Weigh(List<ClusterJob> batch, List<ClusterJob> waiting, SubmitAnswer.Refused refused, Portion portion, int live, bool isAlone, TimeSpan now)
    {
        var why = $"{batch[0].Site.Scheduler.Type} on {shell.Name} does not take it yet: {refused.Why}";
        switch (refused.Kind)
        {
            case RefusalKind.ArrayTooLarge:
                portion.Limit(batch.Count);
                return;
            case RefusalKind.Passing:
                portion.Close(why, now);
                return;
            case RefusalKind.Doubtful when batch.Count == 1 && isAlone:
                // Nothing of ours can leave the queue and make room: how long that lasts counts.
                var at = clock.GetUtcNow();
                waiting.ForEach(job => job.Doubt(at));
                if (at - batch[0].RefusedSince >= DoubtLasts)
                {
                    NotStarted(batch, $"{OperatorCodes.SubmissionRefused}: {batch[0].Site.Scheduler.Type} on {shell.Name} has refused it for {DoubtLasts.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes: {refused.Why}");
                    waiting.RemoveAll(j => j.IsOver);
                    return;
                }

                // What is wrong with one need not be wrong with the next.
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

    // A limit of calls in a minute: how long to wait for the next; null: none.
    private TimeSpan? Rate(HpcSite site, TimeSpan now)
    {
        while (_calls.TryPeek(out var oldest) && now - oldest >= TimeSpan.FromMinutes(1))
        {
            _calls.Dequeue();
        }

        return site.SubmitRate is { } most && _calls.Count >= most ? _calls.Peek() + TimeSpan.FromMinutes(1) - now : null;
    }
}

/// <summary>What came of submitting.</summary>
internal sealed class Submitted
{
    private readonly Dictionary<HpcSite, int> _counts = [];

    /// <summary>Jobs that are in the queue or may be, and those that ended since they never will.</summary>
    public List<ClusterJob> Jobs { get; } = [];

    /// <summary>Jobs that are left for later.</summary>
    public List<ClusterJob> Left { get; } = [];

    /// <summary>When to go on with them, unless something happens.</summary>
    public TimeSpan Pause { get; private set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Why nothing went out; null: it did, or need not have.</summary>
    public ShellAnswer.None? None { get; set; }

    /// <summary>Whether a submission was not answered.</summary>
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

    /// <summary>How many of a site went out, of all sites if it is null.</summary>
    public int CountOf(HpcSite? site) => site is null ? _counts.Values.Sum() : _counts.GetValueOrDefault(site);
}
