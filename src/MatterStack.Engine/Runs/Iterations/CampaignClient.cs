using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
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
