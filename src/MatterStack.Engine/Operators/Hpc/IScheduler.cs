using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What differs from one batch scheduler to another: its words. When they are spoken, and what follows from the answers, is the same for all.</summary>
/// <remarks>Scripts are POSIX shell text that runs where the scheduler's commands are.</remarks>
internal interface IScheduler
{
    /// <summary>Name of the backend's type.</summary>
    string Type { get; }

    /// <summary>What tells clusters apart that are reached from one machine; empty where one machine has but one.</summary>
    string Realm => "";

    /// <summary>What is asked before the first submission: whether anybody is there, and who.</summary>
    string Contact => "exit 0";

    /// <summary>Why this scheduler cannot be driven, by its answer to <see cref="Contact"/>; null if it can, or does not say.</summary>
    string? WhyNot(ShellAnswer.Ended contact) => null;

    /// <summary>Environment variable by which a job knows its own name.</summary>
    string NameVariable { get; }

    /// <summary>Environment variable by which a member of an array knows its index.</summary>
    string IndexVariable { get; }

    /// <summary>Environment variable by which a job knows the folder that it was submitted from.</summary>
    string SubmitFolderVariable { get; }

    /// <summary>Index of an array's first member.</summary>
    int FirstIndex { get; }

    /// <summary>Exit codes of a job that mean something to the scheduler. A job must not end with one of them; the task's own code is recorded in its folder.</summary>
    IReadOnlyList<int> ExitCodesOfItsOwn => [];

    /// <summary>Most members of an array.</summary>
    int LargestArray { get; }

    /// <summary>Head lines of a script that ask for resources; each option once. What refers to secrets is not among them.</summary>
    /// <param name="name">Name of the job.</param>
    /// <param name="shape">What is asked for.</param>
    /// <param name="single">Whether the job's output goes to <c>stdout.log</c> and <c>stderr.log</c> in its folder; of a member of an array it is redirected.</param>
    IEnumerable<string> Directives(string name, JobShape shape, bool single);

    /// <summary>Submits; on success it writes a line <c>job ID</c>. It ends within <see cref="Submission.Bound"/> and the time that looking takes, so that an answer nobody waited for is final soon.</summary>
    string Submit(Submission submission);

    /// <summary>What became of a submission that ended.</summary>
    SubmitAnswer Read(ShellAnswer.Ended ended);

    /// <summary>Lists all jobs of the user, those that ended a while ago perhaps among them.</summary>
    string Queue { get; }

    /// <summary>The jobs that <see cref="Queue"/> lists; null if the answer cannot be understood.</summary>
    IReadOnlyList<JobRow>? ReadQueue(ShellAnswer.Ended ended);

    /// <summary>Asks the accounting for jobs that the queue does not show.</summary>
    /// <param name="ids">Jobs whose ids are known.</param>
    /// <param name="names">Jobs that are known by name only.</param>
    /// <param name="days">How far back to look.</param>
    string History(IReadOnlyCollection<string> ids, IReadOnlyCollection<string> names, int days);

    /// <summary>What the accounting says.</summary>
    HistoryAnswer ReadHistory(ShellAnswer.Ended ended);

    /// <summary>Ends jobs, by id (of a member too). It succeeds also where some are over.</summary>
    string Cancel(IReadOnlyCollection<string> ids);

    /// <summary>Why jobs could not be told to end, by id; the others were.</summary>
    IReadOnlyDictionary<string, string> ReadCancel(ShellAnswer.Ended ended, IReadOnlyCollection<string> ids) => CancelRefusals.Read(ended, ids);

    /// <summary>Shell text that a job runs at its end, before it leaves its exit code, and that tells on its error stream what the exit code hides; empty: nothing.</summary>
    string AtEnd(string name) => "";

    /// <summary>Shell text by which a single job, in its folder, opens its own logs where the scheduler cannot; empty: it always can.</summary>
    string StartSingle => "";

    /// <summary>Shell text by which a member of an array, in its folder, starts its script with what the scheduler itself writes of it in its <c>stderr.log</c>; where it goes on behind it, or it is empty, that is lost.</summary>
    string StartMember(string name) => "";

    /// <summary>Whether the end of a job's error stream says that its node killed processes of it for memory.</summary>
    /// <param name="errors">The end of what it wrote.</param>
    /// <param name="name">The job's name.</param>
    /// <param name="id">Its id; null: not known.</param>
    /// <param name="isSure">Whether only what no program can well have written counts: the job says of itself that all went well.</param>
    /// <returns>The words; null: it does not say so.</returns>
    string? KilledForMemory(string errors, string name, string? id, bool isSure) => null;

    /// <summary>Keeps jobs from starting that wait, by id, of members too; what runs goes on. It succeeds also where some are over.</summary>
    string Hold(IReadOnlyCollection<string> ids);

    /// <summary>Lets jobs start that were held.</summary>
    string Release(IReadOnlyCollection<string> ids);

    /// <summary>Id of a member of an array.</summary>
    string MemberId(string job, int index);
}

/// <summary>What a job asks for; jobs of one shape can be one array.</summary>
/// <param name="Cores">Processor cores.</param>
/// <param name="MemoryMegabytes">Memory in MiB; null leaves it to the site.</param>
/// <param name="Gpus">Accelerators.</param>
/// <param name="TimeLimit">Time limit; null leaves it to the site.</param>
internal sealed record JobShape(int Cores, int? MemoryMegabytes, int Gpus, TimeSpan? TimeLimit);

/// <summary>A job, or an array of them, on its way.</summary>
/// <param name="Name">Its name, by which it is found again.</param>
/// <param name="Indices">Members of the array; null: a single job, whose script is <c>submit.sh</c> in the current folder.</param>
/// <param name="Script">Script of an array.</param>
/// <param name="LookFirst">Whether it may have been submitted before: then it is looked for, under the lock that submissions take.</param>
/// <param name="Environment">Values that must not be in any file, by name.</param>
/// <param name="Bound">How long the scheduler's command may take.</param>
internal sealed record Submission(string Name, IReadOnlyList<int>? Indices, string? Script, bool LookFirst, IReadOnlyList<KeyValuePair<string, string>> Environment, TimeSpan Bound);

/// <summary>What became of a submission.</summary>
internal abstract record SubmitAnswer
{
    private SubmitAnswer()
    {
    }

    /// <summary>It is in the queue.</summary>
    public sealed record Accepted(string Job) : SubmitAnswer;

    /// <summary>It is not.</summary>
    /// <param name="Why">The scheduler's words.</param>
    /// <param name="Kind">What they mean.</param>
    public sealed record Refused(string Why, RefusalKind Kind) : SubmitAnswer;

    /// <summary>Nobody can say.</summary>
    /// <param name="Why">What is known of it.</param>
    /// <param name="IsDoubtful">Whether words came that are not known: then it is not tried for ever.</param>
    public sealed record Unclear(string Why, bool IsDoubtful = false) : SubmitAnswer;
}

/// <summary>A job as queue or accounting shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its index in an array; null: none.</param>
/// <param name="Id">Its id, as it is cancelled by.</param>
/// <param name="State">How it is.</param>
/// <param name="Submitted">When it was submitted, in the scheduler's writing, which sorts by time.</param>
internal sealed record JobRow(string Name, int? Index, string Id, JobState State, string Submitted);

/// <summary>How a job is.</summary>
internal abstract record JobState
{
    private JobState()
    {
    }

    /// <summary>Of an end: whether the exit code that it left is all that tells of it.</summary>
    public bool IsByExitCode { get; init; }

    /// <summary>Of an end: what is not known of it, in a person's words; null: nothing.</summary>
    public string? NotKnown { get; init; }

    /// <summary>It waits.</summary>
    /// <param name="Reason">The queue's own word.</param>
    public sealed record Waiting(string Reason) : JobState
    {
        /// <summary>Whether somebody keeps it from starting.</summary>
        public bool IsHeld { get; init; }
    }

    /// <summary>It runs.</summary>
    /// <param name="Remark">What is unusual about it; null: nothing.</param>
    public sealed record Running(string? Remark) : JobState;

    /// <summary>It ended by itself: with exit code 0 if that is not known otherwise.</summary>
    public sealed record Completed : JobState;

    /// <summary>It ended otherwise.</summary>
    /// <param name="Word">The scheduler's word.</param>
    /// <param name="Reason">What it says besides.</param>
    /// <param name="ExitCode">Exit code, if known.</param>
    public sealed record Failed(string Word, string? Reason, int? ExitCode) : JobState;

    /// <summary>Somebody ended it.</summary>
    public sealed record Cancelled(string Word) : JobState;

    /// <summary>It is over, and how it ended is recorded nowhere, or not yet.</summary>
    public sealed record Gone : JobState;

    /// <summary>A word that is not known: it says nothing.</summary>
    public sealed record Strange(string Word) : JobState;
}

/// <summary>What accounting says.</summary>
internal abstract record HistoryAnswer
{
    private HistoryAnswer()
    {
    }

    /// <summary>These are all it knows of.</summary>
    public sealed record Rows(IReadOnlyList<JobRow> Jobs) : HistoryAnswer;

    /// <summary>There is no accounting here.</summary>
    public sealed record Absent : HistoryAnswer;

    /// <summary>It did not answer.</summary>
    public sealed record Silent(string Why) : HistoryAnswer;
}
