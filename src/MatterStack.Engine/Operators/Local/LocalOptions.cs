using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Local;

/// <summary>How a local operator behaves.</summary>
internal sealed record LocalOptions
{
    /// <summary>Absolute folder under which commands run, a fast disk for instance; null: in the attempt's own folder. What a task declares as output comes back from there.</summary>
    public string? WorkRoot { get; init; }

    /// <summary>How tasks with an image run; null: such tasks are refused.</summary>
    public ContainerOptions? Container { get; init; }

    /// <summary>Time between the polite and the final signal to a process group that must end.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Set when the command is to end soon: then what is being ended is not waited for long.</summary>
    public CancellationToken Leaving { get; init; }
}
