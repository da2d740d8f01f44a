using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Tasks of a campaign, in the order in which ready tasks start. Create it with a collection expression (<c>[new() { Id = "a",
/// Command = "…" }]</c>) or with <see cref="Add"/>.</summary>
/// <remarks>When the engine reads the workflow, it checks that ids are unique and that dependencies are known and without cycles. A problem
/// names the line that added the task.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "The name reads well in a campaign, and enumeration is not its main purpose.")]
public sealed class Workflow : IReadOnlyCollection<CampaignTask>
{
    private readonly List<CampaignTask> _tasks = [];

    /// <summary>How many tasks.</summary>
    public int Count => _tasks.Count;

    /// <summary>Adds a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    public void Add(CampaignTask task, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(task);
        _tasks.Add(task.DeclaredAt is null && file.Length > 0 ? task with { DeclaredAt = new SourcePosition(file, line) } : task);
    }

    /// <summary>Adds tasks.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tasks"/> or one of them is null.</exception>
    public void AddRange(IEnumerable<CampaignTask> tasks, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        foreach (var task in tasks)
        {
            Add(task, file, line);
        }
    }

    /// <inheritdoc />
    public IEnumerator<CampaignTask> GetEnumerator() => _tasks.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
