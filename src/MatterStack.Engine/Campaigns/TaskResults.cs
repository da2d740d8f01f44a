using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Results of an iteration: one for each task, in planned order.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "The name reads well in a campaign, and enumeration is not its main purpose.")]
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

    /// <summary>Result of one task.</summary>
    /// <param name="id">Its id.</param>
    /// <exception cref="ProblemException">The iteration has no such task (MATTER2023).</exception>
    public TaskResult this[string id] =>
        TryGet(id, out var result)
            ? result
            : throw new ProblemException(
                new Problem(
                    CampaignCodes.NoSuchResult,
                    $"Iteration {Iteration} has no task '{id}'",
                    SpellingSuggestion.FindNearest(id, _byId.Keys) is { } near
                        ? $"Did you mean '{near}'?"
                        : "Analyze received the results of earlier iterations before; keep needed values in the state."
                )
            );

    /// <summary>Results of the tasks that completed.</summary>
    public IEnumerable<TaskResult> Completed => _tasks.Where(t => t.Completed);

    // Serves one load of a campaign, because it caches types of the campaign.
    internal JsonSerializerOptions JsonOptions { get; } =
        new()
        {
            PropertyNameCaseInsensitive = true,
            IncludeFields = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };

    /// <summary>Finds the result of one task; false if the iteration does not have it.</summary>
    public bool TryGet(string id, [MaybeNullWhen(false)] out TaskResult result) => _byId.TryGetValue(id, out result);

    /// <inheritdoc />
    public IEnumerator<TaskResult> GetEnumerator() => ((IEnumerable<TaskResult>)_tasks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
