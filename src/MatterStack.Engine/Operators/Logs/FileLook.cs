namespace MatterStack.Engine.Operators.Logs;

/// <summary>The end of a file of an attempt.</summary>
/// <param name="File">Its path, relative to the attempt's folder.</param>
/// <param name="Kind">What is at the path.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Age">Time since it was last written, by the clock of its machine; null if unknown.</param>
/// <param name="Text">The end of its content, from the beginning of a line unless a line is too long.</param>
/// <param name="Refusal">Why it is not read; null if it is.</param>
internal sealed record FileLook(string File, FileLookKind Kind, long Size, TimeSpan? Age, string Text, string? Refusal)
{
    public static FileLook CreateMissing(string file) => new(file, FileLookKind.Missing, 0, null, "", null);

    public static FileLook CreateRefused(string file, string why) => new(file, FileLookKind.Refused, 0, null, "", why);
}
