using System.Security.Cryptography;
using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>All that a campaign says, with the content of what it brings: tasks, staged files, program.</summary>
/// <param name="Tasks">In declared order.</param>
/// <param name="Program">What <c>{campaign}</c> stands for; null if no command uses it.</param>
/// <param name="Hash">Changes when a task, its metadata, a staged file's content or the program changes, and with nothing else.</param>
internal sealed record CampaignDefinition(IReadOnlyList<PlannedTask> Tasks, CampaignProgram? Program, Sha256 Hash)
{
    /// <summary>By what it is known again as declared; null if that was not asked for, or cannot be told.</summary>
    public DeclarationMark? Mark { get; init; }

    /// <summary>Finds and hashes files, checks the workflow.</summary>
    /// <param name="projectFolder">Folder that <c>Files</c> are relative to.</param>
    /// <param name="tasks">Tasks whose metadata were checked.</param>
    /// <param name="programAssembly">Absolute path of the campaign's compiled program, or null if it has none.</param>
    /// <param name="generatedFolders">Folders relative to the project's that runs and builds fill; what is in them is not the campaign's, so patterns of <c>Files</c> pass them over.</param>
    public static Result<CampaignDefinition> Create(string projectFolder, IReadOnlyList<CampaignTask> tasks, string? programAssembly, IReadOnlyList<string>? generatedFolders = null)
    {
        var problems = new List<Problem>(WorkflowCheck.Check(tasks));
        var files = new InputFinder(projectFolder, generatedFolders ?? [], problems);
        var planned = tasks.Select(task => new PlannedTask(task, files.Find(task))).ToList();

        CampaignProgram? program = null;
        if (tasks.FirstOrDefault(t => t.Command.Contains(CampaignProgram.Placeholder, StringComparison.Ordinal)) is { } user)
        {
            if (programAssembly is null || !File.Exists(programAssembly))
            {
                problems.Add(Problem.Of(CampaignCodes.NoProgram, $"Task '{user.Id}' uses {CampaignProgram.Placeholder}", user.DeclaredAt));
            }
            else
            {
                program = CampaignProgram.Read(programAssembly);
            }
        }

        return problems.Count > 0
            ? Result<CampaignDefinition>.Fail(problems)
            : new CampaignDefinition(planned, program, HashOf(planned, program));
    }

    private static Sha256 HashOf(List<PlannedTask> tasks, CampaignProgram? program)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var planned in tasks)
        {
            all.AppendData(Encoding.UTF8.GetBytes($"{planned.Task.Id}\0{planned.Task.OperatorKey}\0"));
            all.AppendData(TaskJson.Write(planned));
            all.AppendData("\n"u8);
        }

        all.AppendData(Encoding.UTF8.GetBytes("program\0" + program?.Content.Hex));
        _ = Sha256.TryParse(Convert.ToHexStringLower(all.GetHashAndReset()), out var hash);
        return hash;
    }
}
