using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks the invariants of a run's store and files between two commands; they must hold also after a crash. Changes
/// nothing.</summary>
/// <remarks>Cost: one pass over each table; every recorded output is hashed.</remarks>
internal sealed class RunChecker
{
    private readonly IRunRecords _reader;
    private readonly string _file;
    private readonly List<Problem> _problems = [];
    private readonly List<TaskRow> _tasks;
    private readonly List<AttemptRow> _attempts;
    private readonly ILookup<TaskId, AttemptRow> _attemptsOf;

    private RunChecker(IRunRecords reader, string at)
    {
        (_reader, _file) = (reader, at);
        _tasks = reader.ReadTasks().ToList();
        _attempts = reader.ReadAttempts().ToList();
        _attemptsOf = _attempts.ToLookup(a => a.TaskId);
    }

    /// <summary>Checks records, outputs and wiring of a run. Returns a problem per violation, with its task or attempt; empty if there is
    /// none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="wirings">Reads the wiring of runs.</param>
    /// <param name="verifier">Checks the wiring of runs.</param>
    /// <exception cref="ProblemException">The store cannot be read.</exception>
    public static IReadOnlyList<Problem> CheckFolder(RunFolder run, WiringService wirings, WiringVerifier verifier)
    {
        using var reader = new RunReader(run);
        var checker = new RunChecker(reader, run.StoreFile);
        checker.CheckRecords();
        checker._problems.AddRange(new HistoryCheck(reader, run.StoreFile).CheckHistories(checker._attemptsOf));
        checker.CheckOutputs(reader);
        checker._problems.AddRange(
            AmendmentCheck.CheckAmendments([.. reader.ReadAmendments()], id => FindTask(reader, id), reader.ReadEvents, run.StoreFile)
        );
        checker._problems.AddRange(
            PublishedCheck.CheckFiles(
                [.. reader.ReadPublications().Where(static row => row.At is not null)],
                checker._attempts,
                reader.ReadOutputs,
                run.StoreFile
            )
        );
        checker._problems.AddRange(verifier.Check(run.Path));
        checker.CheckWiring(run, reader, wirings);
        return checker._problems;
    }

    /// <summary>Checks records only, without files.</summary>
    /// <param name="records">The records.</param>
    /// <param name="at">Their file, as the position of problems.</param>
    public static IReadOnlyList<Problem> CheckRecords(IRunRecords records, string at)
    {
        var checker = new RunChecker(records, at);
        checker.CheckRecords();
        return checker._problems;
    }

    private static PlannedTask? FindTask(RunReader reader, TaskId id) =>
        reader.FindTask(id) is { } task && reader.FindDefinition(id) is { } definition
            ? TaskJson.Read(id, task.OperatorKey, definition)
            : null;

    private void CheckRecords()
    {
        CheckAttempts();
        CheckTasks();
        CheckDependencies();
        CheckRunState();
        _problems.AddRange(
            CachedAttemptCheck.CheckAttempts(_attempts, _tasks.DistinctBy(t => t.TaskId).ToDictionary(t => t.TaskId), _file)
        );
        _problems.AddRange(UsageCheck.CheckAttempts(_attempts, _file));
        _problems.AddRange(CarriedFileCheck.CheckAttempts(_attemptsOf, _file));
        _problems.AddRange(IterationCheck.CheckIterations(_reader, _file, _tasks));
        _problems.AddRange(new EventCheck(_reader, _file).CheckEvents(_attempts, _tasks));
    }

    private void AddProblem(string what) => _problems.Add(Problem.Create(RunCodes.RecordsContradict, what, new SourcePosition(_file)));

    // A task has at most one live attempt; attempts are numbered from 1 without a gap, and each has its own folder.
    private void CheckAttempts()
    {
        foreach (var (task, attempts) in _tasks.Select(t => (t, _attemptsOf[t.TaskId].ToList())))
        {
            var live = attempts.Where(a => a.EndedAt is null).ToList();
            if (live.Count > 1)
            {
                AddProblem(
                    $"Task {task.TaskId} has {CountText.FormatCount(live.Count, "attempt")} under way: "
                        + $"{string.Join(", ", live.Select(a => a.AttemptId))}"
                );
            }

            if (!attempts.Select(a => a.AttemptIndex).SequenceEqual(Enumerable.Range(1, attempts.Count).Select(i => (long)i)))
            {
                AddProblem($"The attempts of task {task.TaskId} are numbered {string.Join(", ", attempts.Select(a => a.AttemptIndex))}");
            }

            if (task.CurrentAttemptId != attempts.LastOrDefault()?.AttemptId)
            {
                AddProblem(
                    $"Task {task.TaskId} names {task.CurrentAttemptId?.Value ?? "no attempt"} as its last attempt, "
                        + $"which is {attempts.LastOrDefault()?.AttemptId.Value ?? "none"}"
                );
            }
        }

        foreach (var attempt in _attempts)
        {
            if (attempt.State.IsEnd() != attempt.EndedAt is not null)
            {
                AddProblem(
                    $"Attempt {attempt.AttemptId} of task {attempt.TaskId} is {attempt.State.ToText()} and "
                        + $"{(attempt.EndedAt is { } end ? "ended " + end.ToText() : "has no end")}"
                );
            }

            if (attempt.RelativePath != string.Create(CultureInfo.InvariantCulture, $"tasks/{attempt.TaskId}@{attempt.AttemptIndex}"))
            {
                AddProblem($"Attempt {attempt.AttemptId} of task {attempt.TaskId} has the folder {attempt.RelativePath}");
            }
        }

        foreach (
            var stray in _attempts
                .Where(a => !TaskId.TryParse(a.TaskId.Value, out _))
                .Concat(_attempts.ExceptBy(_tasks.Select(t => t.TaskId), a => a.TaskId))
        )
        {
            AddProblem($"Attempt {stray.AttemptId} belongs to task '{stray.TaskId}', which the run does not have");
        }
    }

    private void CheckTasks()
    {
        // Few runs have a held task, and the events of a run can be many.
        var held = new Lazy<HashSet<AttemptId?>>(() =>
            _reader.ReadEvents().Where(static e => e.Kind == EventKinds.TaskHeld).Select(static e => e.AttemptId).ToHashSet()
        );
        foreach (var task in _tasks)
        {
            var last = _attemptsOf[task.TaskId].LastOrDefault();
            var live = last is { EndedAt: null } ? last.State : (AttemptStatus?)null;
            var fits = task.State switch
            {
                TaskState.Pending or TaskState.Skipped or TaskState.Cancelled => live is null,
                TaskState.Ready => live is null or AttemptStatus.Created,
                TaskState.Running => live is AttemptStatus.Running or AttemptStatus.Submitted,
                // A held task waits with an attempt that has failed.
                TaskState.WaitingExternal => live is AttemptStatus.WaitingExternal
                    || (last is { State: AttemptStatus.Failed or AttemptStatus.FailedInit } && held.Value.Contains(last.AttemptId)),
                TaskState.Completed => last?.State == AttemptStatus.Completed,
                TaskState.Failed => last is null || last.State is AttemptStatus.Failed or AttemptStatus.FailedInit,
                _ => false,
            };
            if (!fits)
            {
                AddProblem(
                    $"Task {task.TaskId} is {task.State.ToText()}, its last attempt "
                        + $"{(last is null ? "was never made" : $"{last.AttemptId} is {last.State.ToText()}")}"
                );
            }
        }
    }

    private void CheckDependencies()
    {
        var states = _tasks.ToDictionary(t => t.TaskId, t => t.State);
        var needs = _reader.ReadDependencies().ToLookup(d => d.Task, d => d.DependsOn);
        foreach (var task in _tasks)
        {
            var state = states[task.TaskId];
            var open = needs[task.TaskId].Count(d => !states[d].IsEnd());
            // The selection of a command may leave a task out that could start.
            if (state == TaskState.Pending && open == 0 && _reader.RunRow.Selection is null)
            {
                AddProblem($"Task {task.TaskId} is PENDING although all its dependencies have ended");
            }
            else if (state is TaskState.Ready or TaskState.Running or TaskState.WaitingExternal && open > 0)
            {
                AddProblem(
                    $"Task {task.TaskId} is {task.State.ToText()} although "
                        + $"{CountText.FormatCount(open, "dependency has", "dependencies have")} not ended"
                );
            }
            else if (state == TaskState.Skipped && needs[task.TaskId].All(d => states[d] == TaskState.Completed))
            {
                AddProblem($"Task {task.TaskId} is SKIPPED although all its dependencies completed");
            }
        }
    }

    private void CheckRunState()
    {
        var live = _attempts.Count(a => a.EndedAt is null);
        var open = _tasks.Count(t => !t.State.IsEnd());
        var unforgiven = _tasks.Count(t => t.State is TaskState.Failed or TaskState.Cancelled && !t.AllowFailure);
        var wrong = _reader.State switch
        {
            RunState.Pending => _attempts.Count > 0
                ? $"{CountText.FormatCount(_attempts.Count, "attempt was", "attempts were")} made"
                : null,
            RunState.Running or RunState.Paused => null,
            RunState.Completed => open > 0 ? $"{CountText.FormatCount(open, "task has", "tasks have")} not ended"
            : unforgiven > 0 ? $"{CountText.FormatCount(unforgiven, "task")} failed"
            : null,
            RunState.Failed => live > 0 ? $"{CountText.FormatCount(live, "attempt is", "attempts are")} under way"
            : unforgiven == 0 && open == 0 ? "no task failed that was not allowed to"
            : null,
            RunState.Cancelled => live > 0 ? $"{CountText.FormatCount(live, "attempt is", "attempts are")} under way"
            : open > 0 ? $"{CountText.FormatCount(open, "task has", "tasks have")} not ended"
            : null,
            _ => null,
        };
        if (wrong is not null)
        {
            AddProblem($"The run is {_reader.RunRow.State.ToText()} although {wrong}");
        }
    }

    private void CheckOutputs(RunReader reader)
    {
        var outputs = reader.ReadOutputs().ToLookup(o => o.AttemptId);
        var declared = reader.ReadDefinitions().ToDictionary(d => d.Task, d => d.Definition);
        foreach (var attempt in _attempts.Where(a => a.State == AttemptStatus.Completed && TaskId.TryParse(a.TaskId.Value, out _)))
        {
            var work = Path.Combine(reader.Run.Path, attempt.RelativePath, AttemptLayout.WorkFolder);
            foreach (var output in outputs[attempt.AttemptId])
            {
                CheckOutput(reader.Run, attempt, output, work);
            }

            var count = outputs[attempt.AttemptId].Count();
            if (count == 0 && TaskJson.Read(attempt.TaskId, attempt.OperatorKey, declared[attempt.TaskId]).Task.Outputs is [var first, ..])
            {
                AddProblem($"Attempt {attempt.AttemptId} of task {attempt.TaskId} is COMPLETED without its declared output '{first}'");
            }
        }
    }

    private void CheckOutput(RunFolder run, AttemptRow attempt, OutputRow output, string work)
    {
        var file = Path.Combine(work, output.Path);
        if (!File.Exists(file) || !RelativePath.StaysInside(run.Path, file))
        {
            AddProblem($"Output '{output.Path}' of attempt {attempt.AttemptId} of task {attempt.TaskId} is gone");
            return;
        }

        using var stream = RegularFile.OpenRead(file);
        if (stream.Length != output.Size || Sha256.ComputeHash(stream) != output.Sha256)
        {
            AddProblem($"Output '{output.Path}' of attempt {attempt.AttemptId} of task {attempt.TaskId} is not what was recorded");
        }
    }

    // Each attempt names a wiring that was in force, in the order of the wiring history.
    private void CheckWiring(RunFolder run, RunReader reader, WiringService wirings)
    {
        if (!wirings.LoadHistory(run.Path).TryGet(out var history))
        {
            return;
        }

        var inForce = history.Where(e => e.PutsInForce).Select(e => e.Sha256).OfType<Sha256>().ToList();
        var at = 0;
        foreach (var attempt in _attempts)
        {
            var found = inForce.FindIndex(Math.Min(at, inForce.Count), hash => hash == attempt.WiringSha256);
            if (found < 0)
            {
                AddProblem(
                    $"Attempt {attempt.AttemptId} of task {attempt.TaskId} ran with the wiring {attempt.WiringSha256}, "
                        + $"which was not in force"
                );
                continue;
            }

            at = found;
        }

        if (
            inForce.Count > 0
            && reader.ReadInputs().LastOrDefault(i => i.Kind.Value == RunInputKind.Wiring) is { } recorded
            && recorded.Sha256 != inForce[^1]
        )
        {
            AddProblem($"The store records the wiring {recorded.Sha256}, but {inForce[^1]} is in force");
        }
    }
}
