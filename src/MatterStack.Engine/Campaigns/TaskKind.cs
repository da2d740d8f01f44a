namespace MatterStack.Engine.Campaigns;

/// <summary>Kind of a task's work.</summary>
public enum TaskKind
{
    /// <summary>A command.</summary>
    Task,

    /// <summary>A person approves or rejects.</summary>
    Gate,

    /// <summary>An instrument or a laboratory performs an experiment.</summary>
    Experiment,
}
