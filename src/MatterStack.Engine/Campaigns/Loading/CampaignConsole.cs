using System.Text;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Separates the console of campaigns from the console of the process: printed output of a campaign and its threads is collected,
/// and their input is empty. All other code uses the console as before.</summary>
/// <remarks>
/// A build's output may be JSON that a script reads. The console belongs to the whole process, and builds may run in parallel,
/// so the console is not replaced during a call: the execution context decides which campaign prints, also in threads that a campaign
/// leaves behind.
/// </remarks>
internal static class CampaignConsole
{
    private static readonly AsyncLocal<CampaignOutput?> FlowingOutput = new();
    private static readonly Lock InstallLock = new();
    private static TextWriter? _out;
    private static TextWriter? _error;
    private static TextReader? _in;

    /// <summary>Output of the campaign in the current execution context; null outside a campaign.</summary>
    public static CampaignOutput? CurrentOutput
    {
        get => FlowingOutput.Value;
        set => FlowingOutput.Value = value;
    }

    /// <summary>Installs the separation if it is not installed. A writer or reader that another caller has set meanwhile is
    /// wrapped.</summary>
    public static void InstallRedirection()
    {
        lock (InstallLock)
        {
            if (Console.Out != _out)
            {
                Console.SetOut(new RedirectingWriter(Console.Out));
                _out = Console.Out;
            }

            if (Console.Error != _error)
            {
                Console.SetError(new RedirectingWriter(Console.Error));
                _error = Console.Error;
            }

            // Requesting the reader of a terminal would change the terminal's mode, so it is requested only when somebody reads.
            if (_in is null || (Console.IsInputRedirected && Console.In != _in))
            {
                var redirected = Console.IsInputRedirected ? Console.In : null;
                Console.SetIn(
                    new RedirectingReader(
                        new Lazy<TextReader>(() => redirected ?? new StreamReader(Console.OpenStandardInput(), Console.InputEncoding))
                    )
                );
                _in = Console.In;
            }
        }
    }

    private sealed class RedirectingWriter(TextWriter others) : TextWriter
    {
        public override Encoding Encoding => others.Encoding;

        public override void Write(char value) => Write([value]);

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(ReadOnlySpan<char> buffer)
        {
            if (FlowingOutput.Value is { } campaign)
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

    private sealed class RedirectingReader(Lazy<TextReader> others) : TextReader
    {
        public override int Peek() => FlowingOutput.Value is null ? others.Value.Peek() : -1;

        public override int Read() => FlowingOutput.Value is null ? others.Value.Read() : -1;

        public override int Read(char[] buffer, int index, int count) =>
            FlowingOutput.Value is null ? others.Value.Read(buffer, index, count) : 0;

        public override string? ReadLine() => FlowingOutput.Value is null ? others.Value.ReadLine() : null;
    }
}
