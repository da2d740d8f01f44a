using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Human;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary><c>Respond</c>: writes a person's answer to a waiting task. The answer is a file in the attempt's folder, so it needs no lock; the process that drives the run reads it.</summary>
internal static class RespondCommand
{
    public static CommandResult Execute(CommandContext context) => context.WithRun(run =>
    {
        using var reader = new RunReader(run);
        if (!FindWaitingTask(context, reader).TryGet(out var asked, out var problems) || !BuildAnswer(context, asked).TryGet(out var answer, out problems))
        {
            return context.ReportFailure(problems);
        }

        if (!Directory.Exists(asked.Folder))
        {
            return context.ReportFailure([new Problem(RunCodes.NotWaitingForPerson, $"The folder of task '{asked.Planned.Task.Id}', {asked.Folder}, was removed, together with the request", "Give -t:Step, which creates the folder again; then give the answer again.")]);
        }

        var path = Path.Combine(asked.Folder, HumanExchange.ResponseFile);
        var content = Encoding.UTF8.GetBytes(answer.ToJsonString(OutsideJson.IndentedOptions) + "\n");
        if (content.Length > OutsideJson.MaxBytes)
        {
            return context.ReportFailure([CreateProblem($"The answer is larger than {OutsideJson.MaxBytes >> 20} MiB as it is written", "Put bulk data into files.")]);
        }

        if (!TryWriteAnswer(path, asked, content))
        {
            return context.ReportFailure([Problem.Create(RunCodes.NotWaitingForPerson, $"Task '{asked.Planned.Task.Id}' is answered already{DescribeResponder(path)}; the next Step or Loop reads that answer")]);
        }

        context.Log.Info($"{context.Workspace.Slug}: task {asked.Planned.Task.Id} of run {run.Id} is answered ({(string?)answer["decision"]}); -t:Loop continues with it (a loop that is running reads it by itself)");
        return new CommandResult(true, [ReportItem.Create(asked.Planned.Task.Id.Value, ("task_id", asked.Planned.Task.Id.Value), ("attempt_id", asked.Attempt), ("run_id", reader.RunRow.RunId),
            ("decision", (string?)answer["decision"]), ("status", (string?)answer["status"]), ("responded_by", (string?)answer["responded_by"]), ("path", path))]);
    });

    private static Result<PendingAnswer> FindWaitingTask(CommandContext context, RunReader reader)
    {
        var waiting = reader.ReadWaitingTasks().Where(t => context.TakesResponses(t.OperatorKey)).ToList();
        if (context.Arguments.TaskId is not { } wanted)
        {
            return new Problem(RunCodes.NoSuchTask, "Respond needs a task: -p:TaskId=…", waiting.Count == 0 ? "No task waits for a person now." : "These wait: " + string.Join(", ", waiting.Take(20).Select(t => t.TaskId)) + ".");
        }

        if (!TaskLookup.FindTask(reader, wanted).TryGet(out var task, out var problems))
        {
            return Result<PendingAnswer>.Fail(problems);
        }

        if (!OperatorKey.TryParseCanonical(task.OperatorKey, out var key) || !context.TakesResponses(task.OperatorKey))
        {
            return Problem.Create(RunCodes.NotWaitingForPerson, $"Task '{wanted}' is with {task.OperatorKey}, which a person does not answer{(task.State == TaskState.WaitingExternal ? $"; it {task.Reason}" : "")}");
        }

        if (task.State != TaskState.WaitingExternal || task.CurrentAttemptId is null)
        {
            var answered = task.CurrentAttemptId is null ? null : reader.ReadEvents().LastOrDefault(e => e.Kind == EventKinds.AttemptAnswered && e.AttemptId == task.CurrentAttemptId);
            return Problem.Create(RunCodes.NotWaitingForPerson, task.State.IsEnd()
                ? $"Task '{wanted}' is {task.State.ToText()}{(answered is null ? "" : $": answered{(answered.Actor is null ? "" : " by " + answered.Actor)} at {answered.AtUtc} ({answered.Details})")}; a later answer has no effect"
                : $"Task '{wanted}' is {task.State.ToText()}: it does not wait for an answer yet");
        }

        var attempt = reader.FindAttempt(task.CurrentAttemptId)!;
        return new PendingAnswer(TaskJson.Read(TaskId.FromTrusted(task.TaskId), key, reader.FindDefinition(task.TaskId)!), attempt.AttemptId, Path.Combine(reader.Run.Path, attempt.RelativePath));
    }

    private static Result<JsonObject> BuildAnswer(CommandContext context, PendingAnswer asked)
    {
        var arguments = context.Arguments;
        var decision = arguments.Decision?.ToLowerInvariant();
        if (decision is not (null or "approve" or "reject"))
        {
            return CreateProblem($"Decision is '{arguments.Decision}'", "It takes approve or reject.");
        }

        if (!ReadData(context).TryGet(out var data, out var problems))
        {
            return Result<JsonObject>.Fail(problems);
        }

        if (decision is null && (data is null || asked.Planned.Task.Kind == TaskKind.Gate))
        {
            return CreateProblem($"The answer to '{asked.Planned.Task.Id}' is empty", "Give -p:Decision=approve or -p:Decision=reject, with or without data (-p:DataFile=answer.json).");
        }

        decision ??= "approve";
        var schema = Path.Combine(asked.Folder, AttemptLayout.WorkFolder, AnswerSchema.FileName);
        if (decision == "approve" && asked.Planned.Inputs.Any(i => i.Path == AnswerSchema.FileName) && AnswerSchema.FindMismatch(schema, data?.ToJsonString(OutsideJson.SingleLineOptions) ?? "{}") is { } mismatch)
        {
            return CreateProblem($"The data do not match the task's schema.json: {mismatch}", $"Correct them; the schema is {schema}.");
        }

        var rejected = decision == "reject";
        return new JsonObject
        {
            ["status"] = rejected ? AnswerFile.FailedStatus : AnswerFile.CompletedStatus,
            ["decision"] = decision,
            ["data"] = data,
            ["error"] = rejected ? "rejected" + (arguments.Comment is null ? "" : ": " + arguments.Comment) : null,
            ["comment"] = arguments.Comment,
            ["responded_by"] = $"{context.Host.User}@{context.Host.Machine}",
            ["responded_at_utc"] = context.Host.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
    }

    private static Result<JsonObject?> ReadData(CommandContext context)
    {
        if (context.Arguments is { Data: not null, DataFile: not null })
        {
            return CreateProblem("Both Data and DataFile are given", "Give one of them.");
        }

        if ((context.Arguments.Data ?? context.Arguments.DataFile) is not { } given)
        {
            return Result<JsonObject?>.Ok(null, []);
        }

        if (context.Arguments.DataFile is not { } file)
        {
            using var typed = OutsideJson.Parse(given, JsonRule.Data, out var slip);
            return typed is null
                ? CreateProblem($"The data are not valid JSON: {slip}", "In a shell write -p:Data='{%22x%22: 1%2C %22y%22: 2}', with %22 for a quotation mark and %2C for a comma; a file (-p:DataFile=answer.json) is easier.")
                : Result<JsonObject?>.Ok((JsonObject)OutsideJson.ToNode(typed.RootElement)!, []);
        }

        var at = new SourcePosition(file);
        try
        {
            if (RegularFile.Read(file, OutsideJson.MaxBytes) is not { } bytes)
            {
                return CreateProblem($"DataFile is larger than {OutsideJson.MaxBytes >> 20} MiB", "Put bulk data into files.", at);
            }

            using var document = OutsideJson.Parse(bytes, JsonRule.Data, out var fault);
            return document is null
                ? CreateProblem($"The data are not valid JSON: {fault!.Description}", "Correct the file; it takes a JSON object.", at with { Line = fault.Line, Column = fault.Column })
                : Result<JsonObject?>.Ok((JsonObject)OutsideJson.ToNode(document.RootElement)!, []);
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e))
        {
            return CreateProblem($"DataFile cannot be read: {e.Message}", "Give the path of a file with a JSON object.", at);
        }
    }

    // The first answer counts. A file that is not a valid answer, such as half of one, is renamed, so that nothing is lost.
    private static bool TryWriteAnswer(string path, PendingAnswer asked, byte[] content)
    {
        if (File.Exists(path))
        {
            if (AnswerFile.ReadAnswer(asked.Folder, HumanExchange.ResponseFile) is Operators.Exchange.ExchangeAnswer.Valid)
            {
                return false;
            }

            var aside = Enumerable.Range(1, int.MaxValue).Select(n => Path.Combine(asked.Folder, string.Create(CultureInfo.InvariantCulture, $"response.invalid-{n}.json"))).First(p => !File.Exists(p));
            File.Move(path, aside);
        }

        var temporary = path + ".tmp-" + Guid.NewGuid().ToString("N")[..8];
        try
        {
            RealDisk.Instance.WriteAtomically(temporary, content);
            File.Move(temporary, path, overwrite: false);
            GroupPermissions.GrantAccess(path, GroupPermissions.ReadAccess(asked.Folder));
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }
    }

    private static string DescribeResponder(string path)
    {
        try
        {
            using var answer = RegularFile.Read(path, OutsideJson.MaxBytes) is { } bytes ? OutsideJson.Parse(bytes, JsonRule.Answer, out _) : null;
            return answer is not null && answer.RootElement.TryGetProperty("responded_by", out var by) && answer.RootElement.TryGetProperty("responded_at_utc", out var at) ? $" by {by} at {at}" : "";
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return "";
        }
    }

    private static Problem CreateProblem(string message, string remedy, SourcePosition? at = null) => new(RunCodes.InvalidAnswer, message, remedy, at);

    private sealed record PendingAnswer(PlannedTask Planned, string Attempt, string Folder);
}
