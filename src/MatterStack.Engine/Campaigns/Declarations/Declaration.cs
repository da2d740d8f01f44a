namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Unchecked declaration of a campaign project.</summary>
/// <param name="Tasks">Items of the project.</param>
/// <param name="Program">Absolute path of the program that <c>{campaign}</c> stands for; null if it has none.</param>
/// <param name="Assembly">Absolute path of the assembly that may have a campaign class; null if the project compiles none.</param>
/// <param name="ClassName">The campaign class to use; null: the only one of the assembly.</param>
/// <param name="ProjectFolder">Folder that <c>Files</c> are relative to.</param>
/// <param name="GeneratedFolders">Folders that patterns ignore.</param>
internal sealed record Declaration(
    IReadOnlyList<DeclaredTask> Tasks,
    string? Program,
    string? Assembly,
    string? ClassName,
    string ProjectFolder,
    IReadOnlyList<string> GeneratedFolders
);
