namespace MatterStack.Engine.Files;

/// <summary>A file is refused because it is a link, not a regular file, or outside the run.</summary>
internal sealed class RefusedFileException(string why) : IOException(why);
