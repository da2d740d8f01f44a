using System.Security.Cryptography;
using System.Text;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Definition of a campaign: its tasks, the content of the staged files, and its program.</summary>
/// <param name="Tasks">In declared order.</param>
/// <param name="Program">Program for which <c>{campaign}</c> stands, with the campaign class; null if there is no class and no command uses
/// it.</param>
/// <param name="Hash">Hash that changes if a task, its metadata, a staged file's content or the program changes, and only then.</param>
internal sealed record CampaignDefinition(IReadOnlyList<PlannedTask> Tasks, CampaignProgram? Program, Sha256 Hash)
{
    /// <summary>Checkpoint of the declaration; null if not requested or if it cannot be computed.</summary>
    public DeclarationCheckpoint? Checkpoint { get; init; }

    /// <summary>The campaign class; null if the project has only items. The hash covers its program and not its planned tasks, which follow
    /// from the program.</summary>
    public CampaignClass? Class { get; init; }

    /// <summary>Full name of the campaign class if it is asked about failed attempts; otherwise null.</summary>
    public string? FailureClass { get; init; }

    /// <summary>Creates a definition: finds and hashes the files and checks the workflow.</summary>
    /// <param name="projectFolder">Folder that <c>Files</c> are relative to.</param>
    /// <param name="tasks">Tasks whose metadata were checked.</param>
    /// <param name="programAssembly">Absolute path of the campaign's compiled program, or null if it has none.</param>
    /// <param name="generatedFolders">Folders that runs and builds fill, relative to the project's folder. Patterns of <c>Files</c> ignore
    /// them.</param>
    /// <param name="planning">The campaign class in <paramref name="classAssembly"/>; null if the project has only items.</param>
    /// <param name="classAssembly">Absolute path of the assembly that holds the class.</param>
    public static Result<CampaignDefinition> Create(
        string projectFolder,
        IReadOnlyList<CampaignTask> tasks,
        string? programAssembly,
        IReadOnlyList<string>? generatedFolders = null,
        CampaignClass? planning = null,
        string? classAssembly = null
    )
    {
        List<Problem> problems = [.. WorkflowCheck.FindProblems(tasks), .. PublishCheck.FindConflicts(tasks, generatedFolders ?? [])];
        var files = new InputFinder(projectFolder, generatedFolders ?? [], problems);
        var planned = tasks.Select(task => new PlannedTask(task, files.FindInputs(task))).ToList();

        var program = planning is null ? null : CampaignProgram.Read(classAssembly!);
        if (tasks.FirstOrDefault(t => CampaignProgram.IsUsedBy(t)) is { } user)
        {
            if (programAssembly is null || !File.Exists(programAssembly))
            {
                problems.Add(
                    Problem.Create(CampaignCodes.NoProgram, $"Task '{user.Id}' uses {CampaignProgram.Placeholder}", user.DeclaredAt)
                );
            }
            else
            {
                program ??= CampaignProgram.Read(programAssembly);
            }
        }

        return problems.Count > 0
            ? Result<CampaignDefinition>.Fail(problems)
            : new CampaignDefinition(planned, program, ComputeHash(planned, program, planning)) { Class = planning };
    }

    /// <summary>Adds the first workflow of the campaign class.</summary>
    /// <exception cref="OperationCanceledException">Waiting for the class was cancelled.</exception>
    public Result<CampaignDefinition> AddFirstPlan(CampaignProject project, ICampaignLoader campaigns, CancellationToken cancel)
    {
        if (Class is null)
        {
            return this;
        }

        try
        {
            var reply = campaigns.AskCampaign(
                new CampaignQuestion(Path.Combine(Program!.Folder, Program.AssemblyName), Class.Name, project.Sources)
                {
                    Listener = project.Listener,
                },
                cancel
            );
            var planned = reply.Tasks ?? [];
            if (planned.Count + Tasks.Count == 0)
            {
                return new Problem(
                    CampaignCodes.EmptyWorkflow,
                    $"The first workflow of {Class.Name} is empty, and the project declares no CampaignTask",
                    "Return at least one task for the first iteration.",
                    reply.PlannedAt
                );
            }

            var tasks = Tasks.Select(t => t.Task).Concat(planned).ToList();
            List<Problem> problems = [.. WorkflowCheck.FindProblems(tasks), .. PublishCheck.FindConflicts(tasks, project.GeneratedFolders)];
            var files = new InputFinder(project.Folder, project.GeneratedFolders, problems);
            PlannedTask[] all = [.. Tasks, .. planned.Select(task => new PlannedTask(task, files.FindInputs(task)))];
            // A class whose first plan is null is finished; only the items remain.
            return problems.Count > 0
                ? Result<CampaignDefinition>.Fail(problems)
                : this with
                {
                    Tasks = all,
                    Class = reply.Tasks is null ? null : Class,
                    FailureClass = reply.HandlesFailures ? Class.Name : null,
                };
        }
        catch (ProblemException e)
        {
            return Result<CampaignDefinition>.Fail(e.Problems);
        }
    }

    private static Sha256 ComputeHash(List<PlannedTask> tasks, CampaignProgram? program, CampaignClass? planning)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var planned in tasks)
        {
            all.AppendData(Encoding.UTF8.GetBytes($"{planned.Task.Id}\0{planned.Task.OperatorKey}\0"));
            all.AppendData(TaskJson.Write(planned));
            all.AppendData("\n"u8);
        }

        all.AppendData(Encoding.UTF8.GetBytes("program\0" + program?.Content.Hex + (planning is null ? "" : "\0class\0" + planning.Name)));
        _ = Sha256.TryParse(Convert.ToHexStringLower(all.GetHashAndReset()), out var hash);
        return hash;
    }
}
