using System.Text;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Standard output, error and input of this process, divided: what a campaign and its threads print is kept apart, and they have nothing to read; for everybody else all is as before.</summary>
/// <remarks>
/// A build's output may be JSON that a script reads. The console belongs to the whole process and builds may run side by side,
/// so it is not exchanged for the time of a call: the flow of execution decides whose a text is, also in threads that a campaign leaves behind.
/// </remarks>
internal static class CampaignConsole
{
    private static readonly AsyncLocal<CampaignOutput?> Flow = new();
    private static readonly Lock Installing = new();
    private static TextWriter? _out;
    private static TextWriter? _error;
    private static TextReader? _in;

    /// <summary>Where the flow of execution prints to; null if it is no campaign's.</summary>
    public static CampaignOutput? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    /// <summary>Divides the console, unless that is done. Whoever replaced a part meanwhile is behind it.</summary>
    public static void Divide()
    {
        lock (Installing)
        {
            if (Console.Out != _out)
            {
                Console.SetOut(new Writer(Console.Out));
                _out = Console.Out;
            }

            if (Console.Error != _error)
            {
                Console.SetError(new Writer(Console.Error));
                _error = Console.Error;
            }

            // Asking for a terminal's reader would change the terminal's mode: nobody may want to read.
            if (_in is null || (Console.IsInputRedirected && Console.In != _in))
            {
                var redirected = Console.IsInputRedirected ? Console.In : null;
                Console.SetIn(new Reader(new Lazy<TextReader>(() => redirected ?? new StreamReader(Console.OpenStandardInput(), Console.InputEncoding))));
                _in = Console.In;
            }
        }
    }

    private sealed class Writer(TextWriter others) : TextWriter
    {
        public override Encoding Encoding => others.Encoding;

        public override void Write(char value) => Write([value]);

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(ReadOnlySpan<char> buffer)
        {
            if (Flow.Value is { } campaign)
            {
                campaign.Write(buffer);
            }
            else
            {
                others.Write(buffer);
            }
        }

        public override void WriteLine(string? value) => Write(value + others.NewLine);

        public override void Flush() => others.Flush();
    }

    private sealed class Reader(Lazy<TextReader> others) : TextReader
    {
        public override int Peek() => Flow.Value is null ? others.Value.Peek() : -1;

        public override int Read() => Flow.Value is null ? others.Value.Read() : -1;

        public override int Read(char[] buffer, int index, int count) => Flow.Value is null ? others.Value.Read(buffer, index, count) : 0;

        public override string? ReadLine() => Flow.Value is null ? others.Value.ReadLine() : null;
    }
}
