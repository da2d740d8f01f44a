using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Iterations;

/// <summary>Asks a run's campaign class for the iteration that follows an ended one. Only the folder of inputs is changed; the planner
/// applies the answer.</summary>
/// <param name="store">Store of the run.</param>
/// <param name="project">Project with the input files of new tasks and the sources of the class.</param>
/// <param name="campaigns">Loads campaign classes.</param>
/// <param name="disk">Disk of the run.</param>
/// <param name="route">Checks that the wiring can serve new tasks.</param>
internal sealed class CampaignClient(
    RunStore store,
    CampaignProject project,
    ICampaignLoader campaigns,
    IDisk disk,
    Func<IEnumerable<CampaignTask>, IReadOnlyList<Problem>> route
)
{
    /// <exception cref="ProblemException">The campaign gave no usable answer. Nothing must be recorded then, so that the next call asks the
    /// same question.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped waiting.</exception>
    public NextIteration RequestNextIteration(RunModel model, CancellationToken cancel)
    {
        var iteration = model.Iteration!.Value;
        var reply = campaigns.AskCampaign(
            new CampaignQuestion(
                FindProgram(),
                store.CampaignClass!,
                project.Sources,
                store.ReadStateBefore(iteration),
                store.ReadResults(iteration)
            )
            {
                Listener = project.Listener,
            },
            cancel
        );
        if (reply.Tasks is not { } tasks)
        {
            return new NextIteration(reply.State, null);
        }

        var problems = new List<Problem>();
        if (
            tasks.Count == 0
            || tasks.All(t =>
                !t.AllowDependencyFailure
                && t.DependsOn.Any(d => model.FindTask(d.Value) is { } earlier && earlier.State != TaskState.Completed)
            )
        )
        {
            problems.Add(
                new Problem(
                    CampaignCodes.EmptyWorkflow,
                    tasks.Count == 0
                        ? $"Plan returned no task for iteration {iteration + 1}"
                        : $"No task of iteration {iteration + 1} can start: all {tasks.Count} depend on tasks that did not complete",
                    CampaignCodes.EmptyWorkflow.Remedy,
                    reply.PlannedAt
                )
            );
        }

        problems.AddRange(WorkflowCheck.FindProblems(tasks, id => model.FindTask(id)?.Id));
        problems.AddRange(PublishCheck.FindConflicts(tasks, project.GeneratedFolders, store.ReadPublishTargets));
        var files = new InputFinder(project.Folder, project.GeneratedFolders, problems);
        var planned = tasks.Select(task => new PlannedTask(task, files.FindInputs(task))).ToList();
        problems.AddRange(route(tasks));
        if (problems.Count > 0)
        {
            throw new ProblemException(problems);
        }

        InputStore.CopyInputs(disk, store.Run, project.Folder, planned.SelectMany(p => p.Inputs));
        return new NextIteration(reply.State, planned);
    }

    /// <summary>Asks the campaign class what follows failed attempts, before their ends are planned.</summary>
    /// <param name="failed">The failed attempts with their last states and the times of their ends.</param>
    /// <param name="cancel">Stops waiting; nothing must be recorded then, so that the next command asks again.</param>
    /// <returns>An answer for each attempt. The metadata decide about an attempt that the class leaves to them.</returns>
    /// <exception cref="OperationCanceledException">The caller stopped waiting.</exception>
    public IReadOnlyList<FailureDecision> AskAboutFailures(IReadOnlyList<FailedEnd> failed, CancellationToken cancel)
    {
        string program;
        try
        {
            program = FindProgram();
        }
        catch (ProblemException e)
        {
            return [.. failed.Select(end => new FailureDecision(end.Attempt.Id, null, e.Problems[0].ToString()))];
        }

        var planned = failed.Select(end => store.ReadResults(rows => rows.ReadPlannedTask(end.Attempt.Task))).ToList();
        var answers = campaigns.AskAboutFailures(
            new CampaignQuestion(program, store.FailureClass!, project.Sources) { Listener = project.Listener },
            [.. failed.Select((end, i) => new FailedAttempt(planned[i], CreateAttempt(end, planned[i].Task.OperatorKey)))],
            cancel
        );
        return [.. failed.Select((end, i) => Decide(end, planned[i], answers[i]))];
    }

    private FailureDecision Decide(FailedEnd end, PlannedTask before, FailureAnswer answer)
    {
        if (answer.Task is not { } task)
        {
            return new FailureDecision(
                end.Attempt.Id,
                null,
                answer.Warning is { } warning ? UntrustedText.ToLine(warning.ToString()) : null
            );
        }

        var refused = route([task]);
        return refused.Count == 0
            ? new FailureDecision(end.Attempt.Id, TaskAmendments.Create(before, before with { Task = task }), null)
            : new FailureDecision(
                end.Attempt.Id,
                null,
                $"{CampaignCodes.FailureAnswerRefused}: the answer of OnFailed is not used: "
                    + string.Join("; ", refused.Select(p => p.Text))
            );
    }

    private TaskAttempt CreateAttempt(FailedEnd end, OperatorKey key) =>
        new()
        {
            Id = end.Attempt.Id,
            Index = end.Attempt.Index,
            State = end.State.Status.ToText(),
            Outcome = TaskOutcome.Failed,
            Reason = end.State.Reason,
            Cause = end.State.CauseText,
            Folder = Path.Combine(store.Run.Path, end.Attempt.RelativePath),
            OperatorKey = key,
            Wiring = end.Attempt.WiringHash,
            ExitCode = end.State.ExitCode,
            CreatedAt = end.Attempt.CreatedAt,
            SubmittedAt = end.Attempt.SubmittedAt,
            EndedAt = end.At,
        };

    // Uses the run's own copy, which edits of the project do not change; its hash shows if the copy itself was changed.
    private string FindProgram()
    {
        var assembly = Path.Combine(store.Run.Path, store.ProgramPath!);
        var folder = Path.GetDirectoryName(assembly)!;
        return File.Exists(assembly) && CampaignProgram.Read(assembly).Content.Short == Path.GetFileName(folder)
            ? assembly
            : throw new ProblemException(
                Problem.Create(
                    CampaignCodes.ProgramChanged,
                    $"The program in {folder} is not the one that run {store.Run.Id} was created with",
                    new SourcePosition(assembly)
                )
            );
    }
}
