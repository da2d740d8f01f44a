using System.Diagnostics;

namespace MatterStack.Benchmarks;

/// <summary>Runs floors and commands, and times them.</summary>
internal static class Shell
{
    /// <summary>Wall time of a command in seconds.</summary>
    public static double Time(string folder, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? watch.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{error.Result}");
    }

    public static double Median(int times, Func<double> measure)
    {
        var values = Enumerable.Range(0, times).Select(_ => measure()).Order().ToArray();
        return values[values.Length / 2];
    }
}
