namespace MatterStack.Engine.Driving;

/// <summary>Services that can call a run's driver again and again.</summary>
internal enum DriverKind
{
    /// <summary>A timer of the user's systemd.</summary>
    Systemd,

    /// <summary>A line of the user's crontab.</summary>
    Cron,

    /// <summary>A line of the user's table in Slurm, which runs each call as a job.</summary>
    Scrontab,

    /// <summary>A Slurm job that executes one tick and submits the job of the next tick.</summary>
    Slurm,
}
