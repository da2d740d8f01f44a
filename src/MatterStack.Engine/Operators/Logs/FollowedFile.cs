namespace MatterStack.Engine.Operators.Logs;

/// <summary>A file that is read on while it grows.</summary>
/// <param name="file">Its path, relative to the attempt's folder.</param>
/// <param name="position">Number of bytes that are already read.</param>
internal sealed class FollowedFile(string file, long position)
{
    public string File => file;

    /// <summary>Number of bytes that are read.</summary>
    public long Position { get; set; } = position;
}
