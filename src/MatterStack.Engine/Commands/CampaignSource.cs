using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>The campaign as the project declares it now.</summary>
/// <param name="Tasks">Its <c>CampaignTask</c> items.</param>
/// <param name="ProgramAssembly">Absolute path of its compiled program, or null.</param>
internal sealed record CampaignSource(IReadOnlyList<DeclaredTask> Tasks, string? ProgramAssembly)
{
    /// <summary>Whether what is declared is, without a doubt, what was marked.</summary>
    public bool IsStill(DeclarationMark mark, Workspace workspace) => Print(workspace, mark.At) == mark.Print;

    /// <summary>Reads, finds and checks all of it, and marks it to be known again.</summary>
    public Result<CampaignDefinition> Define(Workspace workspace, DateTimeOffset now)
    {
        // Before anything is read: what changes meanwhile is younger than the mark.
        var mark = Print(workspace, now) is { } print ? new DeclarationMark(now, print) : null;
        var defined = Define(workspace);
        return defined.TryGet(out var definition, out var problems) ? Result<CampaignDefinition>.Ok(definition with { Mark = mark }, problems) : defined;
    }

    /// <summary>Reads, finds and checks all of it.</summary>
    public Result<CampaignDefinition> Define(Workspace workspace)
    {
        if (Tasks.Count == 0)
        {
            return Problem.Of(CampaignCodes.NoTasks, $"{Path.GetFileName(workspace.ProjectFile)} declares no CampaignTask", new SourcePosition(workspace.ProjectFile));
        }

        if (!TaskReader.Read(Tasks).TryGet(out var tasks, out var problems))
        {
            return Result<CampaignDefinition>.Fail(problems);
        }

        return CampaignDefinition.Create(workspace.Folder, tasks, ProgramAssembly, GeneratedFolders(workspace)).TryGet(out var definition, out var more)
            ? Result<CampaignDefinition>.Ok(definition, [.. problems, .. more])
            : Result<CampaignDefinition>.Fail([.. problems, .. more]);
    }

    private Sha256? Print(Workspace workspace, DateTimeOffset at) => DeclarationPrint.Of(Tasks, ProgramAssembly, workspace.Folder, GeneratedFolders(workspace), at);

    private string[] GeneratedFolders(Workspace workspace)
    {
        var runs = Path.GetRelativePath(workspace.Folder, workspace.RunsDirectory).Replace('\\', '/');
        return ProgramAssembly is null ? [runs, ".matterstack"] : [runs, ".matterstack", "bin", "obj"];
    }
}
