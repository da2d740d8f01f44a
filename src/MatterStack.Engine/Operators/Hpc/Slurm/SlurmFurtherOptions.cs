namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>
/// Checks the additional <c>sbatch</c> options of the wiring: some would submit jobs to another cluster, or submit nothing.
/// </summary>
internal static class SlurmFurtherOptions
{
    // Options with a key of their own, and options that MatterStack sets; sbatch accepts any unique prefix.
    private static readonly (string Name, string Instead)[] Known =
    [
        ("clusters", "name the cluster with the key 'cluster', so that every command uses the same cluster"),
        ("partition", "use the key 'partition'"), ("account", "use the key 'account'"), ("qos", "use the key 'qos'"), ("time", "use the key 'time'"),
        ("nodes", "use the key 'nodes'"), ("ntasks", "use the key 'ntasks'"), ("cpus-per-task", "use the key 'cores'"), ("mem", "use the key 'memory_gb'"),
        ("gpus", "use the key 'gpus'"), ("constraint", "use the key 'constraint'"), ("gres", "use the key 'gres'"),
        ("job-name", OfOurs), ("output", OfOurs), ("error", OfOurs), ("chdir", OfOurs), ("workdir", OfOurs), ("array", OfOurs), ("parsable", OfOurs), ("wrap", OfOurs), ("wait", OfOurs),
        ("test-only", Nothing), ("help", Nothing), ("usage", Nothing), ("version", Nothing),
    ];

    // Other options with the same prefix.
    private static readonly string[] Others = ["mem-per-cpu", "mem-per-gpu", "mem-bind", "gpus-per-node", "gpus-per-task", "gpus-per-socket", "gres-flags", "nodelist", "nodefile", "ntasks-per-node", "ntasks-per-core", "ntasks-per-socket", "ntasks-per-gpu", "wait-all-nodes", "time-min", "cluster-constraint"];

    private const string OfOurs = "MatterStack sets it itself";
    private const string Nothing = "with it sbatch submits nothing";

    /// <summary>Returns null if all options can be used; otherwise the reason.</summary>
    public static string? WhyNot(IReadOnlyList<string> options) => options.Select(WhyNot).FirstOrDefault(why => why is not null);

    /// <summary>Formats an option for a line of a script: a value with spaces is quoted, unless it contains quotes.</summary>
    public static string InScript(string option) =>
        option.StartsWith("--", StringComparison.Ordinal) && option.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        && option.AsSpan(0, at).IndexOf(' ') < 0 && option.AsSpan(at).ContainsAny(" #;".AsSpan()) && !option.AsSpan(at).ContainsAny("\"'\\".AsSpan())
            ? $"{option[..(at + 1)]}\"{option[(at + 1)..]}\"" : option;

    private static string? WhyNot(string option)
    {
        if (!option.StartsWith("--", StringComparison.Ordinal))
        {
            return option.Length < 2 ? null : option[1] switch
            {
                'M' => Say(option, Known[0].Instead),
                'h' or 'u' or 'V' => Say(option, Nothing),
                _ => null,
            };
        }

        var name = option[2..].Split('=', ' ')[0];
        // 'cluster' is also a prefix of another option; sbatch takes it as this one.
        return Others.Contains(name) || name.Length == 0 ? null
            : Known.FirstOrDefault(known => known.Name.StartsWith(name, StringComparison.Ordinal)) is { Name: not null } found ? Say(option, found.Instead)
            : null;
    }

    private static string Say(string option, string instead) => $"'{option}' cannot be one of the options of slurm: {instead}";
}
