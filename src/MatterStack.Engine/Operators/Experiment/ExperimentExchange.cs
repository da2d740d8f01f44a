using System.Text.Json.Nodes;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Experiment.Api;

namespace MatterStack.Engine.Operators.Experiment;

/// <summary>Asks an instrument by <c>experiment_request.json</c>; the answer is <c>experiment_result.json</c>.</summary>
/// <param name="name">Name of the instrument for people; null if it has none.</param>
/// <param name="address">URL of the instrument; null if it reads the folder itself.</param>
internal sealed class ExperimentExchange(string? name, string? address = null) : IExchange
{
    /// <summary>Variable of the task's <c>Env</c> whose JSON becomes the request's <c>config</c>.</summary>
    public const string ConfigVariable = "EXPERIMENT_CONFIG";

    public string RequestFileName => ExperimentFiles.RequestFile;

    public void WriteRequest(AttemptRequest request, DateTimeOffset? deadline, AttemptFiles files) =>
        files.WriteFile(request, RequestFileName, CreateRequest(request, deadline).ToJsonString(OutsideJson.IndentedOptions) + "\n");

    /// <summary>Creates the request.</summary>
    public static JsonObject CreateRequest(AttemptRequest request, DateTimeOffset? deadline) =>
        new()
        {
            ["task_id"] = request.TaskId.Value,
            ["attempt_id"] = request.Attempt.Value,
            ["run_id"] = request.Run.Value,
            ["operator_key"] = request.Key.Value,
            ["message"] = request.Task.Message,
            ["parameters"] = request.Task.Parameters is { } parameters ? ParseJsonOrText(parameters) : new JsonObject(),
            ["files"] = new JsonArray([.. RequestText.ListFiles(request).Select(f => (JsonNode)(AttemptLayout.WorkPrefix + f))]),
            ["config"] = request.Task.Env.LastOrDefault(e => e.Key == ConfigVariable).Value is { } config ? ParseJsonOrText(config) : null,
            ["outputs"] = new JsonArray([.. request.Task.Outputs.Select(o => (JsonNode)o)]),
            ["answer_until_utc"] = deadline?.UtcDateTime.ToString(
                "yyyy-MM-ddTHH:mm:ssZ",
                System.Globalization.CultureInfo.InvariantCulture
            ),
        };

    public string DescribeWait(AttemptRequest request) =>
        $"{name ?? "an instrument"}{RequestText.GetQuestion(request)} ("
        + $"{address ?? $"{request.RelativeFolder}/{ExperimentFiles.ResultFile}"})";

    public ExchangeAnswer ReadAnswer(AttemptRequest request) =>
        AnswerFile.ReadAnswer(request.Folder, ExperimentFiles.ResultFile, AnswerSchema.FindSchema(request));

    // Parses JSON; any other text is kept as a string.
    private static JsonNode? ParseJsonOrText(string text)
    {
        using var document = OutsideJson.Parse(text, JsonRule.Value, out _);
        return document is null ? text : OutsideJson.ToNode(document.RootElement);
    }
}
