namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Where the figures of what an attempt used come from.</summary>
public enum UsageSource
{
    /// <summary>Nothing measured it.</summary>
    None,

    /// <summary>The operating system, when the attempt's process ended as a child of the engine.</summary>
    Wait4,

    /// <summary>The shell of the attempt's script, by its command <c>times</c>.</summary>
    Times,

    /// <summary>The accounting of the cluster, by its command <c>sacct</c>.</summary>
    Sacct,

    /// <summary>The accounting of the cluster, by its command <c>qacct</c>.</summary>
    Qacct,

    /// <summary>The attempt's operator reported it.</summary>
    Operator,

    /// <summary>The accounting of the cluster is asked again later.</summary>
    Pending,

    /// <summary>The table of processes of the machine, just before the engine ended them.</summary>
    Processes,
}
