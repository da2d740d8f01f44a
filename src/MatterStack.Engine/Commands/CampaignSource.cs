using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>The campaign as the project declares it now.</summary>
/// <param name="Tasks">Its <c>CampaignTask</c> items.</param>
/// <param name="ProgramAssembly">Absolute path of its compiled program, or null.</param>
internal sealed record CampaignSource(IReadOnlyList<DeclaredTask> Tasks, string? ProgramAssembly)
{
    /// <summary>Absolute path of the assembly that it compiles to, program or library, in which to look for a campaign class; null if it compiles to none.</summary>
    public string? Assembly { get; init; }

    /// <summary>The campaign class to take; null: the only one there is.</summary>
    public string? ClassName { get; init; }

    /// <summary>Its files.</summary>
    public CampaignProject Project(Workspace workspace) => new(workspace.ProjectFile, Assembly ?? ProgramAssembly, GeneratedFolders(workspace));

    /// <summary>Reads, finds and checks all that is declared; the campaign class is found, not asked.</summary>
    public Result<CampaignDefinition> Define(Workspace workspace, ICampaigns campaigns)
    {
        if (!Class(workspace, campaigns).TryGet(out var planning, out var problems))
        {
            return Result<CampaignDefinition>.Fail(problems);
        }

        if (Tasks.Count == 0 && planning is null)
        {
            return Problem.Of(CampaignCodes.NoTasks, $"{Path.GetFileName(workspace.ProjectFile)} declares no CampaignTask and has no campaign class", new SourcePosition(workspace.ProjectFile));
        }

        if (!TaskReader.Read(Tasks).TryGet(out var tasks, out problems))
        {
            return Result<CampaignDefinition>.Fail(problems);
        }

        return CampaignDefinition.Create(workspace.Folder, tasks, ProgramAssembly, GeneratedFolders(workspace), planning, Assembly).TryGet(out var definition, out var more)
            ? Result<CampaignDefinition>.Ok(definition, [.. problems, .. more])
            : Result<CampaignDefinition>.Fail([.. problems, .. more]);
    }

    private Result<CampaignClass?> Class(Workspace workspace, ICampaigns campaigns)
    {
        if (Assembly is null || !File.Exists(Assembly))
        {
            return ClassName is null ? Result<CampaignClass?>.Ok(null, [])
                : Problem.Of(CampaignCodes.NoSuchClass, $"MatterStackCampaignClass is '{ClassName}', but {Path.GetFileName(workspace.ProjectFile)} compiles to no assembly", new SourcePosition(workspace.ProjectFile));
        }

        return campaigns.Find(Assembly, ClassName);
    }

    private string[] GeneratedFolders(Workspace workspace)
    {
        var runs = Path.GetRelativePath(workspace.Folder, workspace.RunsDirectory).Replace('\\', '/');
        return (Assembly ?? ProgramAssembly) is null ? [runs, ".matterstack"] : [runs, ".matterstack", "bin", "obj"];
    }
}
