namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>
/// Checks the additional <c>sbatch</c> options of the wiring: some would submit jobs to another cluster, or submit nothing.
/// </summary>
internal static class SlurmExtraOptions
{
    // Options with a key of their own, and options that MatterStack sets; sbatch accepts any unique prefix.
    private static readonly (string Name, string Instead)[] ReservedOptions =
    [
        ("clusters", "name the cluster with the key 'cluster', so that every command uses the same cluster"),
        ("partition", "use the key 'partition'"),
        ("account", "use the key 'account'"),
        ("qos", "use the key 'qos'"),
        ("time", "use the key 'time'"),
        ("nodes", "use the key 'nodes'"),
        ("ntasks", "use the key 'ntasks'"),
        ("cpus-per-task", "use the key 'cores'"),
        ("mem", "use the key 'memory_gb'"),
        ("gpus", "use the key 'gpus'"),
        ("constraint", "use the key 'constraint'"),
        ("gres", "use the key 'gres'"),
        ("job-name", SetByMatterStack),
        ("output", SetByMatterStack),
        ("error", SetByMatterStack),
        ("chdir", SetByMatterStack),
        ("workdir", SetByMatterStack),
        ("array", SetByMatterStack),
        ("parsable", SetByMatterStack),
        ("wrap", SetByMatterStack),
        ("wait", SetByMatterStack),
        ("test-only", SubmitsNothing),
        ("help", SubmitsNothing),
        ("usage", SubmitsNothing),
        ("version", SubmitsNothing),
    ];

    // Other options with the same prefix.
    private static readonly string[] AllowedOptions =
    [
        "mem-per-cpu",
        "mem-per-gpu",
        "mem-bind",
        "gpus-per-node",
        "gpus-per-task",
        "gpus-per-socket",
        "gres-flags",
        "nodelist",
        "nodefile",
        "ntasks-per-node",
        "ntasks-per-core",
        "ntasks-per-socket",
        "ntasks-per-gpu",
        "wait-all-nodes",
        "time-min",
        "cluster-constraint",
    ];

    private const string SetByMatterStack = "MatterStack sets it itself";
    private const string SubmitsNothing = "with it sbatch submits nothing";

    /// <summary>Returns null if all options can be used; otherwise the reason.</summary>
    public static string? FindProblem(IReadOnlyList<string> options) => options.Select(FindProblem).FirstOrDefault(why => why is not null);

    /// <summary>Formats an option for a line of a script: a value with spaces is quoted, unless it contains quotes.</summary>
    public static string FormatForScript(string option) =>
        option.StartsWith("--", StringComparison.Ordinal)
        && option.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        && option.AsSpan(0, at).IndexOf(' ') < 0
        && option.AsSpan(at).ContainsAny(" #;".AsSpan())
        && !option.AsSpan(at).ContainsAny("\"'\\".AsSpan())
            ? $"{option[..(at + 1)]}\"{option[(at + 1)..]}\""
            : option;

    /// <summary>Whether an option requests a signal before the time limit.</summary>
    public static bool IsSignal(string option) => option.Split('=', ' ')[0] == "--signal";

    private static string? FindProblem(string option)
    {
        if (!option.StartsWith("--", StringComparison.Ordinal))
        {
            return option.Length < 2
                ? null
                : option[1] switch
                {
                    'M' => FormatProblem(option, ReservedOptions[0].Instead),
                    'h' or 'u' or 'V' => FormatProblem(option, SubmitsNothing),
                    _ => null,
                };
        }

        var name = option[2..].Split('=', ' ')[0];
        // 'cluster' is also a prefix of another option; sbatch takes it as this one.
        return AllowedOptions.Contains(name) || name.Length == 0 ? null
            : ReservedOptions.FirstOrDefault(known => known.Name.StartsWith(name, StringComparison.Ordinal)) is { Name: not null } found
                ? FormatProblem(option, found.Instead)
            : null;
    }

    private static string FormatProblem(string option, string instead) => $"'{option}' cannot be one of the options of slurm: {instead}";
}
