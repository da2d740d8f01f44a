using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Asks a run's campaign what follows from the iteration that is over. It changes nothing but the folder of inputs; what it says is for the planner.</summary>
/// <param name="store">The run.</param>
/// <param name="project">Where new tasks find their files, and lines are looked for.</param>
/// <param name="campaigns">Where campaign classes come from.</param>
/// <param name="disk">Where inputs are kept.</param>
/// <param name="route">What is wrong with where tasks are routed.</param>
internal sealed class IterationTurn(RunStore store, CampaignProject project, ICampaigns campaigns, IDisk disk, Func<IEnumerable<CampaignTask>, IReadOnlyList<Problem>> route)
{
    /// <exception cref="ProblemException">The campaign has no answer that can be used. Nothing is to be recorded then; asked again, it is asked the same.</exception>
    /// <exception cref="OperationCanceledException">Waiting for it was given up.</exception>
    public NextIteration Take(RunModel model, CancellationToken cancel)
    {
        var iteration = model.Iteration!.Value;
        var reply = campaigns.Ask(new CampaignQuestion(Program(), store.CampaignClass!, project.Sources, store.StateBefore(iteration), store.Results(iteration)) { Listener = project.Listener }, cancel);
        if (reply.Tasks is not { } tasks)
        {
            return new NextIteration(reply.State, null);
        }

        var problems = new List<Problem>();
        if (tasks.Count == 0 || tasks.All(t => !t.AllowDependencyFailure && t.DependsOn.Any(d => model.Find(d.Value) is { } earlier && earlier.State != TaskState.Completed)))
        {
            problems.Add(new Problem(CampaignCodes.EmptyWorkflow,
                tasks.Count == 0 ? $"Plan returned no task for iteration {iteration + 1}" : $"None of the {tasks.Count} tasks of iteration {iteration + 1} can start: all depend on tasks that did not complete",
                CampaignCodes.EmptyWorkflow.Remedy, reply.PlannedAt));
        }

        problems.AddRange(WorkflowCheck.Check(tasks, id => model.Find(id)?.Id));
        var files = new InputFinder(project.Folder, project.GeneratedFolders, problems);
        var planned = tasks.Select(task => new PlannedTask(task, files.Find(task))).ToList();
        problems.AddRange(route(tasks));
        if (problems.Count > 0)
        {
            throw new ProblemException(problems);
        }

        InputKeeper.Keep(disk, store.Run, project.Folder, planned.SelectMany(p => p.Inputs));
        return new NextIteration(reply.State, planned);
    }

    // The run's own copy: an edit of the project does not reach into it, and somebody else's into the copy does not go unnoticed.
    private string Program()
    {
        var assembly = Path.Combine(store.Run.Path, store.ProgramPath!);
        var folder = Path.GetDirectoryName(assembly)!;
        return File.Exists(assembly) && CampaignProgram.Read(assembly).Content.Short == Path.GetFileName(folder) ? assembly
            : throw new ProblemException(Problem.Of(CampaignCodes.ProgramChanged, $"The program in {folder} is not the one that run {store.Run.Id} was made with", new SourcePosition(assembly)));
    }
}
