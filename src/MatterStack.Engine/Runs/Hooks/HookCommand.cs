using System.ComponentModel;
using System.Diagnostics;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Runs a hook's command: a short process of its own, the event on its standard input.</summary>
internal static class HookCommand
{
    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Of what it says on its standard error, in characters.
    private const int MostWords = 1 << 16;

    /// <returns>What went wrong, in its own words, which may repeat what it was given; null if nothing did.</returns>
    public static async Task<string?> RunAsync(string command, string folder, IEnumerable<(string Name, string? Value)> environment, string told, CancellationToken stop)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // An attempt is known by its variables: a hook must not be taken for one.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MATTERSTACK_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                var errors = BeginningAsync(process.StandardError, limit.Token);
                var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, limit.Token);
                await WriteAsync(process, told, limit.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                return process.ExitCode == 0 ? null : $"exit code {process.ExitCode}{(await errors.ConfigureAwait(false) is { Length: > 0 } words ? ": " + words : "")}";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                stop.ThrowIfCancellationRequested();
                return $"it took longer than {Limit.TotalSeconds:0} s";
            }
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }

    private static async Task WriteAsync(Process process, string told, CancellationToken limit)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(told.AsMemory(), limit).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not care to read.
        }
    }

    // The rest is read, too: whoever writes more than a pipe holds waits for its reader.
    private static async Task<string> BeginningAsync(StreamReader errors, CancellationToken limit)
    {
        var words = new char[MostWords];
        var count = await errors.ReadBlockAsync(words, limit).ConfigureAwait(false);
        await errors.BaseStream.CopyToAsync(Stream.Null, limit).ConfigureAwait(false);
        return new string(words, 0, count).Trim();
    }
}
