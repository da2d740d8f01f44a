using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>A local file to send.</summary>
/// <param name="Content">Hash that its content must have on both machines.</param>
/// <param name="Source">Absolute local path.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="What">Description for people.</param>
internal sealed record SentFile(Sha256 Content, string Source, long Length, string What);

/// <summary>A file to send is missing or has changed since it was recorded. No part of it is on the other machine.</summary>
internal sealed class ChangedSourceException(SentFile file, string why) : IOException(why)
{
    /// <summary>The file.</summary>
    public SentFile File => file;

    /// <summary>Creates the exception for a file with another content.</summary>
    public static ChangedSourceException Changed(SentFile file) => new(file, $"{file.What} has changed since it was recorded ({file.Source})");

    /// <summary>Creates the exception for a missing file.</summary>
    public static ChangedSourceException Gone(SentFile file) => new(file, $"{file.What} is gone from {file.Source}");
}
