using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>The campaign as the project declares it now.</summary>
/// <param name="Tasks">Its <c>CampaignTask</c> items.</param>
/// <param name="ProgramAssembly">Absolute path of its compiled program, or null.</param>
internal sealed record CampaignSource(IReadOnlyList<DeclaredTask> Tasks, string? ProgramAssembly)
{
    /// <summary>Absolute path of the compiled assembly (program or library), which may hold a campaign class; null if the project compiles
    /// to none.</summary>
    public string? Assembly { get; init; }

    /// <summary>Name of the campaign class; null: the only one of the assembly.</summary>
    public string? ClassName { get; init; }

    /// <summary>Names of the global properties of the build.</summary>
    public IReadOnlyCollection<string> GivenProperties { get; init; } = [];

    /// <summary>Returns the project of the campaign.</summary>
    public CampaignProject CreateProject(CampaignFolders folders) =>
        new(folders.ProjectFile, Assembly ?? ProgramAssembly, ListGeneratedFolders(folders));

    /// <summary>Checks whether the declaration is certainly the one of a checkpoint.</summary>
    /// <param name="mark">The checkpoint.</param>
    /// <param name="folders">The project and its folders.</param>
    /// <param name="staged">Files of the project as the run staged them.</param>
    /// <param name="now">The current time.</param>
    /// <returns>The checkpoint for the next check; null if the declaration must be read.</returns>
    public DeclarationCheckpoint? RenewCheckpoint(
        DeclarationCheckpoint mark,
        CampaignFolders folders,
        IReadOnlyCollection<(string Source, Sha256 Content)> staged,
        DateTimeOffset now
    )
    {
        if (HashDeclaration(folders, staged, mark.ComputedAt) is not { } print || print.Value != mark.Hash)
        {
            return null;
        }

        if (print.IsSettled || now - mark.ComputedAt < 2 * DeclarationHasher.MinStampAge)
        {
            return mark;
        }

        // Files that were new at the checkpoint, such as a program just compiled, are read at each check, since their time stamps prove
        // nothing yet. A newer checkpoint, with time stamps taken before the files are read once more, avoids that.
        return
            HashDeclaration(folders, staged, now) is { IsSettled: true } newer
            && HashDeclaration(folders, staged, mark.ComputedAt)?.Value == mark.Hash
            ? new DeclarationCheckpoint(now, newer.Value)
            : mark;
    }

    /// <summary>Reads and checks the declaration, and adds its checkpoint.</summary>
    public Result<CampaignDefinition> ReadDefinition(CampaignFolders folders, ICampaignLoader campaigns, DateTimeOffset now)
    {
        // The checkpoint comes first: a file that changes while the declaration is read is younger than the checkpoint.
        var mark = HashDeclaration(folders, [], now) is { } print ? new DeclarationCheckpoint(now, print.Value) : null;
        var defined = ReadDefinition(folders, campaigns);
        return defined.TryGet(out var definition, out var problems)
            ? Result<CampaignDefinition>.Ok(definition with { Checkpoint = mark }, problems)
            : defined;
    }

    /// <summary>Reads and checks the declaration. The campaign class is found, but not called.</summary>
    public Result<CampaignDefinition> ReadDefinition(CampaignFolders folders, ICampaignLoader campaigns)
    {
        if (!FindClass(folders, campaigns).TryGet(out var planning, out var problems))
        {
            return Result<CampaignDefinition>.Fail(problems);
        }

        var written = ProjectCheck.FindProblems(folders.ProjectFile, Tasks, SettingNames.All, GivenProperties);
        if (Tasks.Count == 0 && planning is null && written.All(p => p.Severity != Severity.Error))
        {
            return Problem.Create(
                CampaignCodes.NoTasks,
                $"{Path.GetFileName(folders.ProjectFile)} declares no CampaignTask and has no campaign class",
                new SourcePosition(folders.ProjectFile)
            );
        }

        if (!TaskParser.Read(Tasks).TryGet(out var tasks, out problems) | written.Any(p => p.Severity == Severity.Error))
        {
            return Result<CampaignDefinition>.Fail([.. written, .. problems]);
        }

        problems = [.. written, .. problems];

        return CampaignDefinition
            .Create(folders.Folder, tasks!, ProgramAssembly, ListGeneratedFolders(folders), planning, Assembly)
            .TryGet(out var definition, out var more)
            ? Result<CampaignDefinition>.Ok(definition, [.. problems, .. more])
            : Result<CampaignDefinition>.Fail([.. problems, .. more]);
    }

    private DeclarationHash? HashDeclaration(
        CampaignFolders folders,
        IReadOnlyCollection<(string Source, Sha256 Content)> staged,
        DateTimeOffset at
    ) =>
        DeclarationHasher
            .ComputeHash(new Declaration(Tasks, ProgramAssembly, Assembly, ClassName, folders.Folder, ListGeneratedFolders(folders)), at)
            ?.AddStagedFiles(staged, folders.Folder, at);

    private Result<CampaignClass?> FindClass(CampaignFolders folders, ICampaignLoader campaigns)
    {
        if (Assembly is null || !File.Exists(Assembly))
        {
            return ClassName is null
                ? Result<CampaignClass?>.Ok(null, [])
                : Problem.Create(
                    CampaignCodes.NoSuchClass,
                    $"MatterStackCampaignClass is '{ClassName}', but {Path.GetFileName(folders.ProjectFile)} compiles to no assembly",
                    new SourcePosition(folders.ProjectFile)
                );
        }

        return campaigns.FindClass(Assembly, ClassName);
    }

    private string[] ListGeneratedFolders(CampaignFolders folders)
    {
        string[] generated =
        [
            Relative(folders.RunsDirectory),
            ".matterstack",
            .. folders.CacheFolder is { } cache ? new[] { Relative(cache) } : [],
        ];
        return (Assembly ?? ProgramAssembly) is null ? generated : [.. generated, "bin", "obj"];

        string Relative(string folder) => Path.GetRelativePath(folders.Folder, folder).Replace('\\', '/');
    }
}
