namespace MatterStack.Engine.Transports.Shell;

/// <summary>A script to run.</summary>
/// <param name="Script">Complete POSIX shell text. It may have run even if its answer was lost, so a retry may run it again.</param>
/// <param name="TimeLimit">Time limit of the answer; with <see cref="Input"/> or <see cref="Output"/>: longest time without data.</param>
internal sealed record ShellCall(string Script, TimeSpan TimeLimit)
{
    /// <summary>Writes the script's input; null: it has none.</summary>
    public Action<Stream>? Input { get; init; }

    /// <summary>Receives the script's output as it arrives; null: the answer contains it.</summary>
    public Stream? Output { get; init; }
}
