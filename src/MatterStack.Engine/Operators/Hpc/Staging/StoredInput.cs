using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>A file in <c>inputs/</c> on the cluster.</summary>
internal sealed record StoredInput(UploadFile File, bool IsExecutable)
{
    /// <summary>The folder, with a trailing slash.</summary>
    public const string FolderPrefix = "inputs/";

    /// <summary>Name of the file. An executable file has a name of its own, because it is copied with its permissions.</summary>
    public string Name => File.Content.Hex + (IsExecutable ? ".x" : "");
}
