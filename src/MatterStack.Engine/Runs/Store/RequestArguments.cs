using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The arguments of a request that have no column of their own, as JSON in the table <c>requests</c> and in request files: the
/// decision about a held task and the amended metadata.</summary>
internal static class RequestArguments
{
    private const string Decision = "decision";
    private const string Changes = "changes";
    private const string Tasks = "tasks";
    private const string ChangesResult = "changes_result";
    private const string Tags = "tags";
    private const string Note = "note";

    /// <summary>Formats the arguments of a request. Returns null if it has none.</summary>
    public static string? Format(RunRequest request)
    {
        if (request is { Decision: null, Changes.Count: 0, Tasks.Count: 0, Tags: null, Note: null })
        {
            return null;
        }

        var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            if (request.Decision is { } decision)
            {
                json.WriteString(Decision, decision.ToText());
            }

            json.WriteStartObject(Changes);
            foreach (var (name, text) in request.Changes)
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
            if (request.Tasks.Count > 0)
            {
                json.WriteStartArray(Tasks);
                foreach (var task in request.Tasks)
                {
                    json.WriteStringValue(task.Value);
                }

                json.WriteEndArray();
            }

            if (request.ChangesResult)
            {
                json.WriteBoolean(ChangesResult, true);
            }

            WriteText(Tags, request.Tags);
            WriteText(Note, request.Note);
            json.WriteEndObject();

            void WriteText(string name, string? text)
            {
                if (text is not null)
                {
                    json.WriteString(name, text);
                }
            }
        }

        return System.Text.Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);
    }

    /// <summary>Returns a request with the arguments of its stored form. An unreadable form leaves them out, so that the request is
    /// refused.</summary>
    /// <param name="request">The request without arguments.</param>
    /// <param name="text">The stored form; null if there are none.</param>
    public static RunRequest AddTo(RunRequest request, string? text)
    {
        if (text is null)
        {
            return request;
        }

        using var document = OutsideJson.Parse(text, JsonRule.Results, out _);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            return request;
        }

        return request with
        {
            Decision = HoldDecisionText.FindDecision(FindText(root, Decision)),
            Tasks =
                root.TryGetProperty(Tasks, out var tasks) && tasks.ValueKind == JsonValueKind.Array
                    ? [.. tasks.EnumerateArray().Select(static task => ParseTask(task)).OfType<TaskId>()]
                    : [],
            ChangesResult = root.TryGetProperty(ChangesResult, out var accepted) && accepted.ValueKind == JsonValueKind.True,
            Tags = FindText(root, Tags),
            Note = FindText(root, Note),
            Changes =
                root.TryGetProperty(Changes, out var changes) && changes.ValueKind == JsonValueKind.Object
                    ?
                    [
                        .. changes
                            .EnumerateObject()
                            .Where(static change => change.Value.ValueKind == JsonValueKind.String)
                            .Select(static change => KeyValuePair.Create(change.Name, change.Value.GetString()!)),
                    ]
                    : [],
        };
    }

    private static string? FindText(JsonElement root, string name) =>
        root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static TaskId? ParseTask(JsonElement text) =>
        text.ValueKind == JsonValueKind.String && TaskId.TryParse(text.GetString(), out var id) ? id : (TaskId?)null;
}
