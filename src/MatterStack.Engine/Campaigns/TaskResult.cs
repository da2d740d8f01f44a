using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Result of a task.</summary>
public sealed class TaskResult
{
    private readonly string? _json;
    private readonly string _workFolder;
    private readonly JsonSerializerOptions _options;

    internal TaskResult(TaskId id, TaskOutcome outcome, string? json, string workFolder, JsonSerializerOptions options) =>
        (Id, Outcome, _json, _workFolder, _options) = (id, outcome, json, workFolder, options);

    /// <summary>The task.</summary>
    public TaskId Id { get; }

    /// <summary>How it ended.</summary>
    public TaskOutcome Outcome { get; }

    /// <summary>Whether it completed.</summary>
    public bool Completed => Outcome == TaskOutcome.Completed;

    /// <summary>Why it did not complete; null if it did.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether its last attempt left a <c>results.json</c>.</summary>
    public bool HasResult => _json is not null;

    /// <summary>Declared outputs of its last attempt, sorted by path.</summary>
    public IReadOnlyList<ResultFile> Files { get; init; } = [];

    /// <summary>Its attempts, first one first; none if it was skipped.</summary>
    public IReadOnlyList<TaskAttempt> Attempts { get; init; } = [];

    /// <summary>Reads its <c>results.json</c> as an object. Names of properties are not case-sensitive.</summary>
    /// <typeparam name="T">Type of the object; <c>JsonElement</c> accepts any JSON.</typeparam>
    /// <param name="options">Options for reading it.</param>
    /// <exception cref="ProblemException">There is no <c>results.json</c>, or it does not fit the type (MATTER2023).</exception>
    public T GetResult<T>(JsonSerializerOptions? options = null)
    {
        if (_json is null)
        {
            throw CreateException(
                $"Task '{Id}' ({Outcome.ToString().ToUpperInvariant()}) left no results.json",
                "Check HasResult first, or declare results.json in its Outputs, so that the task cannot complete without it."
            );
        }

        try
        {
            return JsonSerializer.Deserialize<T>(_json, options ?? _options) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw CreateException(
                $"results.json of task '{Id}' is not a {typeof(T).Name}: {e.Message}",
                "Correct the type or the output of the task."
            );
        }
    }

    /// <summary>Returns the absolute path of a declared output. Do not change the file, because other tasks receive it too.</summary>
    /// <param name="path">Relative to the task's <c>work/</c> folder, as in <see cref="Files"/>.</param>
    /// <exception cref="ProblemException">The task has no such output, or the output has changed since the task ended
    /// (MATTER2023).</exception>
    public string PathOf(string path)
    {
        var file = Files.FirstOrDefault(f => f.Path == path)
            ?? throw CreateException(
                $"Task '{Id}' has no declared output '{path}'",
                Files.Count == 0
                    ? "Declare it in the task's Outputs."
                    : "It has " + string.Join(", ", Files.Take(10).Select(f => f.Path)) + "."
            );
        var full = Path.Combine(_workFolder, path);
        if (!File.Exists(full) || !RelativePath.StaysInside(_workFolder, full))
        {
            throw CreateException(
                $"Output '{path}' of task '{Id}' is gone from {full}",
                "Restore it, or compute the task again with -t:Rerun."
            );
        }

        using var stream = RegularFile.OpenRead(full);
        return Sha256.ComputeHash(stream) == file.Content
            ? full
            : throw CreateException(
                $"Output '{path}' of task '{Id}' is not what was recorded ({full})",
                "Restore it, or compute the task again with -t:Rerun."
            );
    }

    /// <summary>Opens a declared output for reading.</summary>
    /// <inheritdoc cref="PathOf" path="//param|//exception"/>
    public Stream OpenRead(string path) => RegularFile.OpenRead(PathOf(path));

    /// <summary>Reads the text of a declared output, UTF-8.</summary>
    /// <inheritdoc cref="PathOf" path="//param|//exception"/>
    public string ReadText(string path)
    {
        using var reader = new StreamReader(OpenRead(path));
        return reader.ReadToEnd();
    }

    private static ProblemException CreateException(string what, string remedy) =>
        new(new Problem(CampaignCodes.NoSuchResult, what, remedy));
}
