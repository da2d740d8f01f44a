using System.Globalization;
using System.Text.Json.Nodes;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Answers;

/// <summary>Builds the answer of a person from the arguments of <c>Respond</c>.</summary>
internal static class AnswerBuilder
{
    private const string Approve = "approve";
    private const string Reject = "reject";
    private const string BulkRemedy = "Put bulk data into files.";

    /// <summary>Builds and checks the answer.</summary>
    public static Result<PersonAnswer> BuildAnswer(CommandContext context, PendingAnswer asked)
    {
        var arguments = context.Arguments;
        var decision = arguments.Decision?.ToLowerInvariant();
        if (decision is not (null or Approve or Reject))
        {
            return CreateProblem($"Decision is '{arguments.Decision}'", "It takes approve or reject.");
        }

        if (!ReadData(arguments).TryGet(out var data, out var problems))
        {
            return Result<PersonAnswer>.Fail(problems);
        }

        if (decision is null && (data is null || asked.Planned.Task.Kind == TaskKind.Gate))
        {
            return CreateProblem(
                $"The answer to '{asked.Planned.Task.Id}' is empty",
                "Give -p:Decision=approve or -p:Decision=reject, with or without data (-p:DataFile=answer.json)."
            );
        }

        var isRejected = decision == Reject;
        if (!isRejected && asked.FindMismatch(data?.ToJsonString(OutsideJson.SingleLineOptions) ?? "{}") is { } mismatch)
        {
            return mismatch;
        }

        var answer = new PersonAnswer(
            isRejected ? AnswerFile.FailedStatus : AnswerFile.CompletedStatus,
            decision ?? Approve,
            $"{context.Host.User}@{context.Host.Machine}",
            data,
            arguments.Comment,
            context.Host.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
        );
        return answer.Content.Length <= OutsideJson.MaxBytes
            ? answer
            : CreateProblem($"The answer is larger than {OutsideJson.MaxBytes >> 20} MiB as it is written", BulkRemedy);
    }

    private static Result<JsonObject?> ReadData(RunArguments arguments) =>
        arguments switch
        {
            { Data: not null, DataFile: not null } => CreateProblem("Both Data and DataFile are given", "Give one of them."),
            { Data: { } text } => ParseText(text),
            { DataFile: { } file } => ReadFile(file),
            _ => Result<JsonObject?>.Ok(null, []),
        };

    private static Result<JsonObject?> ParseText(string text)
    {
        using var document = OutsideJson.Parse(text, JsonRule.Data, out var fault);
        return document is null
            ? CreateProblem(
                $"The data are not valid JSON: {fault}",
                "In a shell write -p:Data='{%22x%22: 1%2C %22y%22: 2}', with %22 for a quotation mark and %2C for a comma; "
                    + "a file (-p:DataFile=answer.json) is easier."
            )
            : Result<JsonObject?>.Ok((JsonObject)OutsideJson.ToNode(document.RootElement)!, []);
    }

    private static Result<JsonObject?> ReadFile(string file)
    {
        var at = new SourcePosition(file);
        try
        {
            if (RegularFile.Read(file, OutsideJson.MaxBytes) is not { } bytes)
            {
                return CreateProblem($"DataFile is larger than {OutsideJson.MaxBytes >> 20} MiB", BulkRemedy, at);
            }

            using var document = OutsideJson.Parse(bytes, JsonRule.Data, out var fault);
            return document is null
                ? CreateProblem(
                    $"The data are not valid JSON: {fault!.Description}",
                    "Correct the file; it takes a JSON object.",
                    at with
                    {
                        Line = fault.Line,
                        Column = fault.Column,
                    }
                )
                : Result<JsonObject?>.Ok((JsonObject)OutsideJson.ToNode(document.RootElement)!, []);
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e))
        {
            return CreateProblem($"DataFile cannot be read: {e.Message}", "Give the path of a file with a JSON object.", at);
        }
    }

    private static Problem CreateProblem(string message, string remedy, SourcePosition? at = null) =>
        new(RunCodes.InvalidAnswer, message, remedy, at);
}
