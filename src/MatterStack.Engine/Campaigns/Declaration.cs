namespace MatterStack.Engine.Campaigns;

/// <summary>What a project declares, unread.</summary>
/// <param name="Tasks">Its items.</param>
/// <param name="Program">Absolute path of the program that <c>{campaign}</c> stands for; null if it has none.</param>
/// <param name="Assembly">Absolute path of the assembly in which a campaign class may be; null if it compiles to none.</param>
/// <param name="ClassName">The campaign class to take; null: the only one there is.</param>
/// <param name="ProjectFolder">What <c>Files</c> are relative to.</param>
/// <param name="GeneratedFolders">Folders that patterns pass over.</param>
internal sealed record Declaration(
    IReadOnlyList<DeclaredTask> Tasks, string? Program, string? Assembly, string? ClassName, string ProjectFolder, IReadOnlyList<string> GeneratedFolders);
