using System.Globalization;
using System.Text;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Parses a stream as it arrives: noise, mark, answer, mark, noise. Bytes that may be the end mark are held back until that is
/// known.</summary>
internal sealed class MarkedOutputReader(OutputMarkers marks, Stream target)
{
    private const int MaxNoiseBytes = 1 << 20;

    // Bytes of the mark, the digits of the exit code, and the end of its line.
    private const int TailLength = 64;

    private const int MaxShownNoise = 300;

    private readonly byte[] _begin = marks.BeginMark;
    private readonly byte[] _end = marks.EndMark;
    private byte[] _held = [];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _dropped;

    /// <summary>Text that came instead of an answer, on one line and shortened; empty if there was none, or if an answer began.</summary>
    public string Noise =>
        HasBegun
            ? ""
            : (_dropped ? "more than 1 MiB without an answer, ending with " : "")
                + ShortenText(
                    string.Join(
                        ' ',
                        Encoding
                            .UTF8.GetString(_held.AsSpan(Math.Max(0, _held.Length - (4 * MaxShownNoise))))
                            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                    )
                );

    /// <summary>Whether the first mark has arrived.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Completes when the last mark has arrived completely.</summary>
    public Task Completed => _completed.Task;

    /// <summary>The exit code after the last mark; null until it has arrived completely.</summary>
    public int? ExitCode { get; private set; }

    public void AppendBytes(ReadOnlySpan<byte> bytes)
    {
        if (ExitCode is not null || _dropped)
        {
            return;
        }

        byte[] seen = [.. _held, .. bytes];
        if (!HasBegun)
        {
            var at = seen.AsSpan().IndexOf(_begin);
            if (at < 0)
            {
                _dropped = seen.Length > MaxNoiseBytes;
                _held = seen;
                return;
            }

            HasBegun = true;
            seen = seen[(at + _begin.Length)..];
        }

        if (seen.AsSpan().IndexOf(_end) is >= 0 and var end)
        {
            var rest = seen.AsSpan(end + _end.Length);
            if (
                rest.IndexOf((byte)'\n') is >= 0 and var line
                && int.TryParse(Encoding.ASCII.GetString(rest[..line]), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            )
            {
                target.Write(seen.AsSpan(0, end));
                _held = [];
                ExitCode = code;
                _completed.TrySetResult();
                return;
            }
        }

        var safe = Math.Max(0, seen.Length - TailLength);
        target.Write(seen.AsSpan(0, safe));
        _held = seen[safe..];
    }

    // The end of the text usually contains the reason.
    private static string ShortenText(string text) => text.Length <= MaxShownNoise ? text : "…" + text[^MaxShownNoise..];
}
