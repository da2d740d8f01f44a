using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>What came out of an iteration: each of its tasks, in the order in which they were planned.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A name that campaigns read well with; that it can be enumerated is not what it is.")]
public sealed class TaskResults : IReadOnlyCollection<TaskResult>
{
    private readonly TaskResult[] _tasks;
    private readonly Dictionary<string, TaskResult> _byId;

    internal TaskResults(int iteration, Func<JsonSerializerOptions, IEnumerable<TaskResult>> tasks)
    {
        Iteration = iteration;
        _tasks = [.. tasks(JsonOptions)];
        _byId = _tasks.ToDictionary(t => t.Id.Value, StringComparer.Ordinal);
    }

    /// <summary>The iteration that has ended, from 0.</summary>
    public int Iteration { get; }

    /// <summary>How many tasks.</summary>
    public int Count => _tasks.Length;

    /// <summary>Of one task.</summary>
    /// <param name="id">Its id.</param>
    /// <exception cref="ProblemException">The iteration has no such task (MATTER2023).</exception>
    public TaskResult this[string id] => TryGet(id, out var result) ? result
        : throw new ProblemException(new Problem(CampaignCodes.NoSuchResult, $"Iteration {Iteration} has no task '{id}'",
            Nearest.To(id, _byId.Keys) is { } near ? $"Did you mean '{near}'?" : "Results of earlier iterations were given to Analyze before; keep what is needed in the state."));

    /// <summary>Those that completed.</summary>
    public IEnumerable<TaskResult> Completed => _tasks.Where(t => t.Completed);

    // Of one loading of a campaign, since it remembers types of its.
    internal JsonSerializerOptions JsonOptions { get; } = new()
    {
        PropertyNameCaseInsensitive = true,
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Of one task, if the iteration has it.</summary>
    public bool TryGet(string id, [MaybeNullWhen(false)] out TaskResult result) => _byId.TryGetValue(id, out result);

    /// <inheritdoc />
    public IEnumerator<TaskResult> GetEnumerator() => ((IEnumerable<TaskResult>)_tasks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
