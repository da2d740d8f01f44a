using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>A file to send.</summary>
/// <param name="Content">Hash that its content must have, here and there.</param>
/// <param name="Source">Absolute path here.</param>
/// <param name="Length">Bytes.</param>
/// <param name="What">What it is, for people.</param>
internal sealed record SentFile(Sha256 Content, string Source, long Length, string What);

/// <summary>A file to send is no longer what was recorded; nothing of it stands on the other machine.</summary>
internal sealed class ChangedSourceException(SentFile file, string why) : IOException(why)
{
    /// <summary>The file.</summary>
    public SentFile File => file;

    /// <summary>It has another content.</summary>
    public static ChangedSourceException Changed(SentFile file) => new(file, $"{file.What} has changed since it was recorded ({file.Source})");

    /// <summary>It is not there any more.</summary>
    public static ChangedSourceException Gone(SentFile file) => new(file, $"{file.What} is gone from {file.Source}");
}
