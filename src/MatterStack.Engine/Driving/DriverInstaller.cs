namespace MatterStack.Engine.Driving;

/// <summary>Installs and removes drivers of one kind on this machine.</summary>
internal abstract class DriverInstaller
{
    /// <summary>Returns the installer of a kind.</summary>
    public static DriverInstaller Create(DriverKind kind, DriverMachine machine) =>
        kind switch
        {
            DriverKind.Systemd => new SystemdInstaller(machine),
            DriverKind.Cron => new CrontabInstaller(machine, "crontab"),
            DriverKind.Scrontab => new CrontabInstaller(machine, "scrontab"),
            DriverKind.Slurm => new SlurmInstaller(machine),
            _ => throw new InvalidOperationException($"No rule for {kind}"),
        };

    /// <summary>Finds why this machine cannot have a driver of the kind. Returns null if it can.</summary>
    public abstract string? FindProblem();

    /// <summary>Finds what the user has to do or to know besides. Returns null if there is nothing.</summary>
    public abstract string? FindAdvice(DriverPlan plan);

    /// <summary>Lists what an installation writes besides the script: the place, and the text or the command.</summary>
    public abstract IReadOnlyList<(string Place, string Text)> ListEntries(DriverPlan plan);

    /// <summary>Installs the entry; an entry of the same driver is replaced. Returns null if it succeeded, otherwise the reason.</summary>
    public abstract string? Install(DriverPlan plan);

    /// <summary>Removes the entry and the script, if they exist. Returns null if it succeeded, otherwise the reason.</summary>
    public abstract string? Remove(DriverPlan plan);
}
