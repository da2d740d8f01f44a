namespace MatterStack.Engine.Campaigns;

/// <summary>What a task asks for.</summary>
public enum TaskKind
{
    /// <summary>A command.</summary>
    Task,

    /// <summary>A person approves or rejects.</summary>
    Gate,

    /// <summary>An instrument or a laboratory does something.</summary>
    Experiment,
}
