using System.Globalization;
using System.Text;
using MatterStack.Engine.Operators.Logs;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Parses the answers of <see cref="FolderScripts"/> as they arrive. It holds one part of a file in memory at a time.</summary>
/// <param name="mark">The mark of the script.</param>
internal sealed class FolderFrames(string mark) : Stream
{
    private const int MaxLine = 4096;

    private readonly byte[] _end = Encoding.ASCII.GetBytes($"\n{mark} end ");
    private readonly Dictionary<int, FileLook> _looks = [];
    private readonly List<string> _names = [];
    private byte[] _held = [];
    private string[]? _content;

    /// <summary>Files that are followed; empty for one look.</summary>
    public IReadOnlyList<FollowedFile> Files { get; init; } = [];

    /// <summary>Receives what they gain.</summary>
    public IFollower? Follower { get; init; }

    /// <summary>Stops the script.</summary>
    public Action Stop { get; init; } = static () => { };

    /// <summary>Exit code of the command; null if it has not ended.</summary>
    public int? ExitCode { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Creates the result of one look.</summary>
    /// <param name="files">The requested files.</param>
    /// <param name="most">Limit for each file, in bytes.</param>
    public FolderLook CreateLook(IReadOnlyList<string> files, int most) =>
        new(
            [
                .. files.Select(
                    (file, i) =>
                        _looks.TryGetValue(i, out var look)
                            ? look with
                            {
                                File = file,
                                Text = LocalAttemptFolder.CutFirstLine(look.Text, look.Size > most),
                            }
                            : FileLook.CreateMissing(file)
                ),
            ],
            ExitCode,
            [.. _names.Order(StringComparer.Ordinal)]
        );

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        byte[] seen = [.. _held, .. bytes];
        var from = 0;
        while (true)
        {
            var rest = seen.AsSpan(from);
            if (_content is not null)
            {
                var end = rest.IndexOf(_end);
                // The line of the mark must be here, too.
                if (end < 0 || rest[(end + 1)..].IndexOf((byte)'\n') is not (>= 0 and var length))
                {
                    break;
                }

                TakeContent(_content, rest[..end]);
                _content = null;
                from += end + 1 + length + 1;
                continue;
            }

            if (rest.IndexOf((byte)'\n') is not (>= 0 and var line))
            {
                break;
            }

            TakeLine(Encoding.UTF8.GetString(rest[..line]));
            from += line + 1;
        }

        _held = seen[from..];
        if (_content is null && _held.Length > MaxLine)
        {
            _held = [];
        }
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void TakeLine(string line)
    {
        // Mark, number of the file, kind, more.
        var words = line.Split(' ', 4);
        if (words.Length < 3 || words[0] != mark || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var file))
        {
            return;
        }

        switch (words[2])
        {
            case "no":
                var why = words.Length > 3 ? words[3] : "missing";
                _looks[file] = why == "missing" ? FileLook.CreateMissing("") : FileLook.CreateRefused("", why);
                break;
            case "is" or "add" or "names":
                _content = words;
                break;
            case "anew" when file < Files.Count:
                Files[file].Position = 0;
                Follower?.Restart(Files[file]);
                break;
            case "code" when words.Length > 3:
                ExitCode = int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : ExitCode;
                break;
            case "beat" when Follower?.Continues() == false:
                Stop();
                break;
        }
    }

    private void TakeContent(string[] words, ReadOnlySpan<byte> bytes)
    {
        var file = int.Parse(words[1], CultureInfo.InvariantCulture);
        switch (words[2])
        {
            case "names":
                _names.AddRange(
                    Encoding
                        .UTF8.GetString(bytes)
                        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                        .Select(static name => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name)
                );
                break;
            case "is":
                var numbers = words[^1].Split(' ');
                _looks[file] = new FileLook(
                    "",
                    FileLookKind.File,
                    long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : bytes.Length,
                    numbers.Length > 1 && long.TryParse(numbers[1], CultureInfo.InvariantCulture, out var age)
                        ? TimeSpan.FromSeconds(Math.Max(0, age))
                        : null,
                    Encoding.UTF8.GetString(bytes),
                    null
                );
                break;
            case "add" when file < Files.Count && bytes.Length > 0:
                Files[file].Position += bytes.Length;
                Follower?.Append(Files[file], bytes);
                break;
        }
    }
}
