using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The arguments of a request that have no column of their own, as JSON in the table <c>requests</c> and in request files: the
/// decision about a held task and the amended metadata.</summary>
internal static class RequestArguments
{
    private const string Decision = "decision";
    private const string Changes = "changes";

    /// <summary>Formats the arguments of a request. Returns null if it has none.</summary>
    public static string? Format(RunRequest request)
    {
        if (request.Decision is null && request.Changes.Count == 0)
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
            json.WriteEndObject();
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

        var decision = root.TryGetProperty(Decision, out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
        return request with
        {
            Decision = HoldDecisionText.FindDecision(decision),
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
}
