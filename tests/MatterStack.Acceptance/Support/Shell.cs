using System.Diagnostics;

namespace MatterStack.Acceptance.Support;

/// <summary>Small commands of the system.</summary>
internal static class Shell
{
    public static void Signal(string signal, int process) => Run($"kill -{signal} {process}");

    /// <summary>Whether a process is there and not merely waiting to be buried.</summary>
    public static bool IsAlive(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Run($"kill -0 {process}").Code == 0;
        }

        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static (int Code, string Said) Run(string command, string? folder = null)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec 2>&1; " + command])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = folder ?? "",
            }
        )!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
