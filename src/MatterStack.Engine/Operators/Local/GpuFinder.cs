using System.Text.RegularExpressions;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Finds the accelerators of this machine that commands of this process may use.</summary>
internal static partial class GpuFinder
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    // Each tool is asked only if the one before has listed nothing. A tool that is absent or fails lists nothing.
    private static readonly (string Command, Func<string, IReadOnlyList<string>> Parse)[] Tools =
    [
        ("nvidia-smi -L", ParseNvidia),
        ("rocm-smi --showid", ParseRocm),
    ];

    /// <summary>Returns the devices that commands of this process may use.</summary>
    /// <param name="environment">Environment of commands.</param>
    /// <param name="clock">Measures the time limit of the tools.</param>
    public static IReadOnlyList<string> FindGpus(IReadOnlyDictionary<string, string> environment, TimeProvider clock)
    {
        using var shell = new LocalShell(environment, clock);
        return FindGpus(environment, shell);
    }

    /// <summary>Returns the devices in the order of the system; empty if there are none, or if no tool answers.</summary>
    /// <param name="environment">Environment of commands. A variable of <see cref="DeviceVariables.Names"/> in it means that somebody else,
    /// for example a scheduler, has assigned devices to this process: they are all that it may use, under the names in the
    /// variable.</param>
    /// <param name="shell">Runs the tools of the vendors.</param>
    public static IReadOnlyList<string> FindGpus(IReadOnlyDictionary<string, string> environment, IShell shell)
    {
        foreach (var variable in DeviceVariables.Names)
        {
            if (environment.TryGetValue(variable, out var mask))
            {
                return ParseMask(mask);
            }
        }

        foreach (var (command, parse) in Tools)
        {
            if (
                shell.Run(new ShellCall($"{command} 2>/dev/null\n", TimeLimit), CancellationToken.None)
                    is ShellResult.Ended { ExitCode: 0 } listed
                && parse(listed.Output) is { Count: > 0 } found
            )
            {
                return found;
            }
        }

        return [];
    }

    // A device behind one that is not valid (-1, NoDevFiles) is not visible.
    private static IReadOnlyList<string> ParseMask(string mask) =>
        [.. mask.Split(',', StringSplitOptions.TrimEntries).TakeWhile(static name => DeviceRegex().IsMatch(name)).Distinct()];

    // Programs cannot use a device that is divided, only its parts, which follow it.
    private static List<string> ParseNvidia(string output)
    {
        var devices = new List<string>();
        string? whole = null;
        foreach (Match line in NvidiaRegex().Matches(output))
        {
            if (line.Groups["index"] is { Success: true, Value: var index })
            {
                devices.Add(whole = index);
            }
            else
            {
                devices.Remove(whole ?? "");
                devices.Add(line.Groups["part"].Value);
            }
        }

        return devices;
    }

    private static IReadOnlyList<string> ParseRocm(string output) =>
        [.. RocmRegex().Matches(output).Select(static line => line.Groups[1].Value).Distinct()];

    [GeneratedRegex("^(?!NoDevFiles$)[A-Za-z0-9][A-Za-z0-9_.:/-]*$")]
    private static partial Regex DeviceRegex();

    [GeneratedRegex(@"^(GPU (?<index>\d+):|\s+MIG .*\(UUID: (?<part>MIG-[^)\s]+)\))", RegexOptions.Multiline)]
    private static partial Regex NvidiaRegex();

    [GeneratedRegex(@"^GPU\[(\d+)\]", RegexOptions.Multiline)]
    private static partial Regex RocmRegex();
}
