namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>A task of a <see cref="Schedule"/>.</summary>
/// <param name="Minutes">How long it takes.</param>
/// <param name="DependsOn">Positions of the tasks that it depends on.</param>
internal sealed record ScheduledTask(double Minutes, params IReadOnlyList<int> DependsOn)
{
    public int Priority { get; init; }

    /// <summary>Operator key; all keys share the slots.</summary>
    public int Key { get; init; }

    /// <summary>Whether it states its time as its time limit.</summary>
    public bool HasTimeLimit { get; init; } = true;

    /// <summary>Whether its result could be in the cache, where it is not.</summary>
    public bool IsCacheable { get; init; }
}
