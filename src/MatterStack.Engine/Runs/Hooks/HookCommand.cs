using System.ComponentModel;
using System.Diagnostics;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Runs a hook's command: a short process of its own, the event on its standard input.</summary>
internal static class HookCommand
{
    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private const int ShownWords = 300;

    /// <returns>What went wrong; null if nothing did.</returns>
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
                var errors = process.StandardError.ReadToEndAsync(limit.Token);
                var output = process.StandardOutput.ReadToEndAsync(limit.Token);
                await WriteAsync(process, told, limit.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                return process.ExitCode == 0 ? null : $"exit code {process.ExitCode}{Shown(await errors.ConfigureAwait(false))}";
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

    private static string Shown(string errors) => errors.Trim() is { Length: > 0 } words ? ": " + (words.Length > ShownWords ? words[..ShownWords] : words).ReplaceLineEndings(" ") : "";
}
