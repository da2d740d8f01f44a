using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Operators.Logs;

namespace MatterStack.Engine.Commands.Logs;

/// <summary>Prints what files gain, with the name of a file where another one spoke before.</summary>
/// <param name="log">Receives the lines.</param>
/// <param name="shown">File whose lines were printed last.</param>
/// <param name="continues">Whether the attempt may go on.</param>
internal sealed class LogFollower(ICommandLog log, string? shown, Func<bool> continues) : IFollower
{
    private readonly Dictionary<string, LineAssembler> _lines = new(StringComparer.Ordinal);
    private string? _shown = shown;

    public void Append(FollowedFile file, ReadOnlySpan<byte> bytes) => Print(file.File, GetLines(file.File).Append(bytes));

    public void Restart(FollowedFile file)
    {
        Print(file.File, GetLines(file.File).Flush());
        log.Info($"--- {file.File} begins anew");
        _shown = file.File;
    }

    public bool Continues() => continues();

    /// <summary>Prints last lines without an end.</summary>
    public void Flush()
    {
        foreach (var (file, lines) in _lines)
        {
            Print(file, lines.Flush());
        }
    }

    private LineAssembler GetLines(string file) => _lines.TryGetValue(file, out var lines) ? lines : _lines[file] = new LineAssembler();

    private void Print(string file, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0 && _shown != file)
        {
            log.Info($"--- {file}");
            _shown = file;
        }

        foreach (var line in lines)
        {
            log.Info(line);
        }
    }
}
