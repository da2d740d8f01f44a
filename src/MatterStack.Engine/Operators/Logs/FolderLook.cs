namespace MatterStack.Engine.Operators.Logs;

/// <summary>A look into the folder of an attempt.</summary>
/// <param name="Files">The requested files, in their order.</param>
/// <param name="ExitCode">Exit code of the command; null if it has not ended.</param>
/// <param name="Names">Files in the work folder, some of them if there are many; empty unless a requested file is missing.</param>
internal sealed record FolderLook(IReadOnlyList<FileLook> Files, int? ExitCode, IReadOnlyList<string> Names)
{
    /// <summary>Largest number of <see cref="Names"/>.</summary>
    public const int MaxNames = 500;

    /// <summary>Why nothing could be read; null if the folder was read.</summary>
    public string? Problem { get; init; }

    public static FolderLook CreateFailed(string problem) => new([], null, []) { Problem = problem };
}
