namespace MatterStack.Engine.Operators.Local;

/// <summary>How a local operator behaves.</summary>
internal sealed record LocalOptions
{
    /// <summary>Time between the polite and the final signal to a process group that must end.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}
