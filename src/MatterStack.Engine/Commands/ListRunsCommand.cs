using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Lists the runs of the workspace: id, state, progress, wiring hash.</summary>
internal static class ListRunsCommand
{
    /// <summary>The state of a run whose store cannot be read.</summary>
    private const string Unreadable = "UNREADABLE";

    public static CommandResult Execute(CommandContext context) =>
        context.RunGuarded(() =>
        {
            var items = new List<ReportItem>();
            var unreadableCount = 0;
            foreach (var run in context.Runs.ListRuns())
            {
                ReportItem item;
                IReadOnlyList<string> tags = [];
                var isReadable = true;
                try
                {
                    using var reader = new RunReader(run);
                    item = RunReportItem.Create(context, reader);
                    tags = reader.RunRow.Tags;
                }
                catch (Exception e) when (e is ProblemException or IOException or UnauthorizedAccessException)
                {
                    // A run that cannot be read is listed, too, and does not hide the others.
                    var problems = (e as ProblemException)?.Problems
                        ??
                        [
                            Problem.Create(
                                RunCodes.StoreUnusable,
                                $"Run {run.Id} cannot be read: {e.Message}",
                                new SourcePosition(run.Path)
                            ),
                        ];
                    context.ReportProblems(problems.Select(p => p.AsWarning()));
                    isReadable = false;
                    item = ReportItem.Create(
                        run.Id.Value,
                        ("item", "run"),
                        ("run_id", run.Id),
                        ("state", Unreadable),
                        ("reason", string.Join("; ", problems.Select(p => p.Message))),
                        ("path", run.Path)
                    );
                }

                var values = item.Metadata;
                if (
                    MatchesFilter(values, "wiring_sha256", context.Arguments.WiringHash)
                    && MatchesFilter(values, "state", context.Arguments.State)
                    && (context.Arguments.Tag is not { } pattern || tags.Any(tag => TagList.MatchesPattern(tag, pattern.Trim())))
                )
                {
                    items.Add(item);
                    unreadableCount += isReadable ? 0 : 1;
                    context.Log.Info(
                        !isReadable
                            ? $"  {run.Id} cannot be read"
                            : $"  {run.Id} {values["state"].PadRight(9)} {values["completed"]}/{values["tasks"]} completed, "
                                + $"wiring {(values.TryGetValue("wiring_sha256", out var hash) ? hash[..12] : "none")} ("
                                + $"{values.GetValueOrDefault("wiring_source", "unknown")})"
                                + (
                                    values.TryGetValue("cancel_asked_at_utc", out var since)
                                        ? $", asked to end since {since} by {values["cancel_asked_by"]}"
                                        : ""
                                )
                                + (tags.Count == 0 ? "" : $", tags {string.Join(", ", tags)}")
                                + (values.TryGetValue("note", out var note) ? $", note: {note}" : "")
                    );
                }
            }

            context.Log.Info(
                items.Count switch
                {
                    0 when context.Arguments is { WiringHash: null, State: null, Tag: null } =>
                        $"No run in {context.Runs.Path} yet: -t:Loop starts one",
                    0 => $"No run in {context.Runs.Path} matches",
                    var count => CountText.FormatCount(count, "run"),
                } + (unreadableCount > 0 ? $", {unreadableCount} of which cannot be read" : "")
            );
            return new CommandResult(true, items);
        });

    private static bool MatchesFilter(IReadOnlyDictionary<string, string> values, string name, string? wanted) =>
        wanted is null || (values.TryGetValue(name, out var value) && value.StartsWith(wanted.Trim(), StringComparison.OrdinalIgnoreCase));
}
