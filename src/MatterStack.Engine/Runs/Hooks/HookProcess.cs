using System.ComponentModel;
using System.Diagnostics;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Runs the command of a hook as a short process with the event on its standard input.</summary>
internal static class HookProcess
{
    /// <summary>Longest time that the command may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    // Characters kept from its standard error.
    private const int MaxErrorLength = 1 << 16;

    /// <returns>The error, null if the command succeeded. It contains output of the command, which may repeat secrets that the command was
    /// given.</returns>
    public static async Task<string?> RunCommandAsync(
        string command,
        string folder,
        IEnumerable<(string Name, string? Value)> environment,
        string told,
        CancellationToken stop
    )
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Processes of attempts are recognized by these variables; a hook must not look like an attempt.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MATTERSTACK_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeLimit);
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                var errors = ReadErrorsAsync(process.StandardError, limit.Token);
                var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, limit.Token);
                await WriteInputAsync(process, told, limit.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                return process.ExitCode == 0
                    ? null
                    : $"exit code {process.ExitCode}{(await errors.ConfigureAwait(false) is { Length: > 0 } words ? ": " + words : "")}";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                stop.ThrowIfCancellationRequested();
                return $"it took longer than {TimeLimit.TotalSeconds:0} s";
            }
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }

    private static async Task WriteInputAsync(Process process, string told, CancellationToken limit)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(told.AsMemory(), limit).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command does not read its input.
        }
    }

    // The rest is read too; otherwise a command that fills the pipe would block.
    private static async Task<string> ReadErrorsAsync(StreamReader errors, CancellationToken limit)
    {
        var words = new char[MaxErrorLength];
        var count = await errors.ReadBlockAsync(words, limit).ConfigureAwait(false);
        await errors.BaseStream.CopyToAsync(Stream.Null, limit).ConfigureAwait(false);
        return new string(words, 0, count).Trim();
    }
}
