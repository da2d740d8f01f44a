using System.Globalization;
using System.Text;

namespace MatterStack.Engine.Transports;

/// <summary>Takes a stream apart as it comes: noise, mark, answer, mark, noise. What may be the end mark is held back until it is known.</summary>
internal sealed class AnswerReader(Sentinels marks, Stream target)
{
    private const int NoiseLimit = 1 << 20;
    // The mark, digits of the exit code, the end of its line.
    private const int TailLength = 64;

    private const int MostOfNoise = 300;

    private readonly byte[] _begin = marks.Begin;
    private readonly byte[] _end = marks.End;
    private byte[] _held = [];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _dropped;

    /// <summary>What was said instead of an answer, on one line and cut to what a person reads; empty: nothing, or there was the beginning of one.</summary>
    public string Noise => Begun ? "" : (_dropped ? "more than 1 MiB without an answer, at last " : "")
        + Cut(string.Join(' ', Encoding.UTF8.GetString(_held.AsSpan(Math.Max(0, _held.Length - (4 * MostOfNoise)))).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Whether the first mark has come.</summary>
    public bool Begun { get; private set; }

    /// <summary>Completes when the last mark has come in whole.</summary>
    public Task Completed => _completed.Task;

    /// <summary>The exit code after the last mark; null as long as it has not come in whole.</summary>
    public int? ExitCode { get; private set; }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (ExitCode is not null || _dropped)
        {
            return;
        }

        byte[] seen = [.. _held, .. bytes];
        if (!Begun)
        {
            var at = seen.AsSpan().IndexOf(_begin);
            if (at < 0)
            {
                _dropped = seen.Length > NoiseLimit;
                _held = seen;
                return;
            }

            Begun = true;
            seen = seen[(at + _begin.Length)..];
        }

        if (seen.AsSpan().IndexOf(_end) is >= 0 and var end)
        {
            var rest = seen.AsSpan(end + _end.Length);
            if (rest.IndexOf((byte)'\n') is >= 0 and var line && int.TryParse(Encoding.ASCII.GetString(rest[..line]), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
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

    // What a machine says at last is why it said no more.
    private static string Cut(string text) => text.Length <= MostOfNoise ? text : "…" + text[^MostOfNoise..];
}
