namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>How ends from outside of a task (a node failed, the job was preempted) are followed by other attempts.</summary>
/// <param name="Retries">Number of attempts of a task that follow such ends.</param>
internal sealed record InfrastructureRules(int Retries)
{
    /// <summary>Rules without a setting.</summary>
    public static InfrastructureRules Default { get; } = new(5);

    /// <summary>Shortest time before the first of these attempts. A node that ends every job at once is always free: without a pause it
    /// gets all attempts.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromSeconds(10);
}
