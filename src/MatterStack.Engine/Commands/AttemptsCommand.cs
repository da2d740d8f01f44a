using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Lists the attempts of a task, or of all tasks: operator, wiring, times and end.</summary>
internal static class AttemptsCommand
{
    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            using var reader = new RunReader(run);
            if (!SelectedTasks.FindTasks(context, reader).TryGet(out var selected, out var problems))
            {
                return context.ReportFailure(problems);
            }

            var attempts =
                selected is null ? reader.ReadAttempts()
                : selected.Count == 1 ? reader.ReadAttemptsOf(selected.First())
                : reader.ReadAttempts().Where(attempt => selected.Contains(attempt.TaskId));
            var items = new List<ReportItem>();
            var warnings = reader.ReadWarnings();
            var ends = reader.ReadOpenEnds().Where(e => e.AttemptId is not null).ToDictionary(e => e.AttemptId!.Value);
            foreach (var attempt in attempts)
            {
                var end = ends.GetValueOrDefault(attempt.AttemptId);
                var former = DescribeFormerValues(reader, attempt);
                items.Add(former is null ? CreateRow(attempt, end) : CreateRow(attempt, end).WithColumns(("former_values", former)));
                context.Log.Info(
                    $"  {attempt.TaskId}@{attempt.AttemptIndex} {attempt.State.ToText()} on {attempt.OperatorKey}, "
                        + $"wiring {attempt.WiringSha256.Short}, {DescribeTimes(attempt)}"
                        + $"{(attempt.Codes.Count == 0 ? "" : ", with " + DescribeCodes(attempt))}"
                        + $"{(attempt.Given?.Describe() is { Length: > 0 } given ? $", {given}" : "")}"
                        + $"{(former is null ? "" : $", before an amendment: {former}")}"
                        + $"{(attempt.CachedFrom is { } origin ? $", not executed: from the cache ({origin})" : "")}"
                        + $"{(attempt.Carried.Count == 0 ? "" : $", with files of earlier attempts: {DescribeCarried(attempt)}")}"
                        + $"{(attempt.NotCarriedReason is { } afresh ? $", begun afresh: {afresh}" : "")}"
                        + $"{(attempt.CauseText is null ? "" : $", cause {attempt.CauseText}")}"
                        + $"{(attempt.Reason is null ? "" : $": {attempt.Reason}")}"
                        + $"{(end is null ? "" : $"; it {RequestedEndText.DescribeAttempt(end)}")}"
                );
                if (attempt.Usage is { } usage)
                {
                    context.Log.Info($"    {UsageText.Describe(usage, attempt.Node)}");
                }

                foreach (var warning in warnings[attempt.AttemptId])
                {
                    context.Log.Info($"    warning: {warning}");
                }
            }

            if (items.Count == 0)
            {
                context.Log.Info("  no attempt yet");
            }

            return new CommandResult(true, items);
        });

    // What the task has since an amendment, and had differently when the attempt began.
    private static string? DescribeFormerValues(RunReader reader, AttemptRow attempt) =>
        attempt.Definition is { } former && reader.FindTask(attempt.TaskId) is { } task && reader.FindDefinition(task.TaskId) is { } current
            ? string.Join(
                ", ",
                TaskAmendments
                    .Create(TaskJson.Read(task.TaskId, attempt.OperatorKey, former), TaskJson.Read(task.TaskId, task.OperatorKey, current))
                    .Changes.Select(static change => change.DescribePrevious())
            )
            : null;

    private static string DescribeCarried(AttemptRow attempt) => string.Join("; ", attempt.Carried.Select(static file => file.Path));

    private static string DescribeCodes(AttemptRow attempt) => string.Join(", ", attempt.Codes.Select(static code => code.Describe()));

    // Times count from the start: an attempt may be created long before its operator has capacity.
    private static string DescribeTimes(AttemptRow attempt) =>
        attempt is { SubmittedAt: null, EndedAt: null }
            ? $"intended at {attempt.CreatedAt.ToText()}"
            : $"{(attempt.SubmittedAt ?? attempt.CreatedAt).ToText()} to {attempt.EndedAt?.ToText() ?? "now"}";

    /// <summary>Creates the row of an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="end">The request to end the attempt, while it has not ended; null if there is none.</param>
    public static ReportItem CreateRow(AttemptRow attempt, EndRow? end) =>
        end is null
            ? CreateRow(attempt)
            : CreateRow(attempt)
                .WithColumns(
                    ("end_asked_at_utc", end.AskedAt.ToText()),
                    ("end_asked_by", end.AskedBy),
                    ("end_kind", end.Kind),
                    ("end_reason", end.Reason),
                    ("end_told_at_utc", end.SentAt?.ToText()),
                    ("end_trouble", end.DeliveryProblem)
                );

    private static ReportItem CreateRow(AttemptRow attempt) =>
        ReportItem.Create(
            attempt.AttemptId.Value,
            ("item", "attempt"),
            ("attempt_id", attempt.AttemptId),
            ("task_id", attempt.TaskId),
            ("attempt_index", attempt.AttemptIndex),
            ("state", attempt.State.ToText()),
            ("reason", attempt.Reason),
            ("operator_key", attempt.OperatorKey),
            ("wiring_sha256", attempt.WiringSha256),
            ("operator_sha256", attempt.OperatorSha256),
            ("external_id", attempt.ExternalId),
            ("exit_code", attempt.ExitCode),
            ("end_cause", attempt.CauseText),
            ("created_at_utc", attempt.CreatedAt.ToText()),
            ("submitted_at_utc", attempt.SubmittedAt?.ToText()),
            ("ended_at_utc", attempt.EndedAt?.ToText()),
            ("relative_path", attempt.RelativePath),
            ("cached_from", attempt.CachedFrom),
            ("codes", attempt.Codes.Count == 0 ? null : string.Join("; ", attempt.Codes.Select(static code => code.Describe()))),
            (
                "code_sha256",
                attempt.Codes.Count == 0 ? null : string.Join("; ", attempt.Codes.Select(static code => $"{code.Code}={code.Sha256}"))
            ),
            ("continued_attempts", attempt.ContinuedAttempts == 0 ? null : attempt.ContinuedAttempts),
            ("carried", attempt.Carried.Count == 0 ? null : DescribeCarried(attempt)),
            ("not_carried", attempt.NotCarriedReason),
            ("node", attempt.Node),
            ("started_at_utc", attempt.Usage?.StartedAt?.ToText()),
            ("queue_seconds", UsageText.ToSeconds(attempt.Usage?.QueueTime)),
            ("wall_seconds", UsageText.ToSeconds(attempt.Usage?.WallTime)),
            ("cpu_seconds", UsageText.ToSeconds(attempt.Usage?.CpuTime)),
            ("peak_memory_bytes", attempt.Usage?.PeakMemoryBytes),
            ("usage_source", attempt.Usage?.Source.ToText()),
            ("usage_note", attempt.Usage?.Note),
            ("partition", attempt.Given?.Partition),
            ("given", attempt.Given?.ToJson())
        );
}
