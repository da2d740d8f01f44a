using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Result of fetching a file.</summary>
internal abstract record FetchResult
{
    private FetchResult() { }

    /// <summary>The file is here.</summary>
    /// <param name="Content">Hash of its content; null if the file was here before.</param>
    /// <param name="Size">Size in bytes.</param>
    /// <param name="IsChanging">Whether the file was written to during the transfer, so that the copy may be inconsistent.</param>
    public sealed record Fetched(Sha256? Content, long Size, bool IsChanging) : FetchResult;

    /// <summary>The remote file does not exist any more.</summary>
    public sealed record Vanished : FetchResult;

    /// <summary>The file cannot be read there or cannot be written here.</summary>
    /// <param name="Reason">The error message of the machine.</param>
    /// <param name="IsPermanent">Whether another try is useless until a person fixes the cause.</param>
    public sealed record Failed(string Reason, bool IsPermanent) : FetchResult;
}
