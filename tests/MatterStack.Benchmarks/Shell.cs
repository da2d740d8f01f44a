using System.Diagnostics;

namespace MatterStack.Benchmarks;

/// <summary>Runs floors and commands.</summary>
internal static class Shell
{
    /// <summary>What a command takes.</summary>
    public static Cost Time(string folder, string file, params string[] arguments) => Cost.Of(() => Run(folder, file, arguments));

    /// <summary>Runs a command; what it printed.</summary>
    public static string Run(string folder, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{error.Result}"
            );
    }
}
