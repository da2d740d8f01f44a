using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes the decisions and requests of people, and the iterations of a campaign class.</summary>
internal sealed class ReportDecisions(HtmlWriter html, ReportSource source)
{
    private const int MaxRows = 500;
    private const int MaxAnswerCharacters = 1 << 20;

    private static readonly string[] AnswerFiles = ["response.json", "experiment_result.json", "status.json"];

    private readonly LogExcerpts _answers = new(source.Files, MaxAnswerCharacters);

    public void Write()
    {
        WriteDecisions();
        WriteIterations();
    }

    private void WriteDecisions()
    {
        var decisions = source
            .Run.Reader.ReadEvents()
            .Where(static e =>
                e.Kind == EventKinds.AttemptAnswered
                || e.Kind == EventKinds.TaskAmended
                || (EventKinds.FindRequestKind(e.Kind) is not null && e.Actor is not null)
            )
            .ToList();
        if (decisions.Count == 0)
        {
            return;
        }

        html.Write(
            $"<section id=\"decisions\" data-nav=\"Decisions\"><h2>Decisions and answers <span class=\"count\">{decisions.Count}</span>"
                + $"</h2>\n<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Time</th><th>Person</th><th>Action</th>"
                + $"<th>Comment</th>"
                + $"</tr></thead><tbody>\n"
        );
        foreach (var decision in decisions.Take(MaxRows))
        {
            html.Write(
                $"<tr><td data-label=\"Time\">{ReportSummary.FormatTime(decision.At)}</td><td data-label=\"Person\" class=\"who\">"
                    + $"{decision.Actor ?? "unknown"}</td><td data-label=\"Action\">{DescribeAction(decision)}"
            );
            if (decision.TaskId is not null)
            {
                html.Write($" <button type=\"button\" class=\"link\" data-task=\"{decision.TaskId}\">{decision.TaskId}</button>");
            }

            html.Write($"</td><td data-label=\"Comment\">{decision.Details}");
            WriteAnswer(decision);
            html.WriteRaw("</td></tr>\n");
        }

        html.WriteRaw("</tbody></table></div>\n");
        WriteRemainder(decisions.Count, "events.jsonl");
        html.WriteRaw("</section>\n");
    }

    // The event holds only the hash of the answer; its text is in the attempt's folder.
    private void WriteAnswer(EventRow decision)
    {
        if (
            decision.Kind != EventKinds.AttemptAnswered
            || decision.AttemptId is not { } id
            || source.Run.Reader.FindAttempt(id) is not { } attempt
        )
        {
            return;
        }

        var there = source.Files.ListAttemptFiles(attempt);
        foreach (var path in AnswerFiles.Where(there.Contains).Select(name => $"{attempt.RelativePath}/{name}"))
        {
            if (_answers.ReadEnd(path) is { } answer)
            {
                html.Write($"<details><summary>the answer</summary><pre tabindex=\"0\">{answer.Text}</pre></details>");
            }
        }
    }

    private static string DescribeAction(EventRow decision) =>
        decision.Kind == EventKinds.AttemptAnswered ? "answered"
        : decision.Kind == EventKinds.TaskAmended ? "amended"
        : EventKinds.FindRequestKind(decision.Kind)?.ToText().ToLowerInvariant() ?? decision.Kind.Name;

    private void WriteIterations()
    {
        var iterations = source.Run.Reader.ReadIterations().ToList();
        if (iterations.Count == 0)
        {
            return;
        }

        html.Write(
            $"<section id=\"iterations\" data-nav=\"Iterations\"><h2>Iterations <span class=\"count\">{iterations.Count}</span></h2>\n"
                + $"<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Iteration</th><th>Planned</th><th>Tasks</th>"
                + $"<th>Completed</th>"
                + $"<th>Analyzed</th><th>Campaign state</th></tr></thead><tbody>\n"
        );
        foreach (var iteration in iterations.Take(MaxRows))
        {
            html.Write(
                $"<tr><td data-label=\"Iteration\">{iteration.Iteration}</td><td data-label=\"Planned\">"
                    + $"{ReportSummary.FormatTime(iteration.PlannedAt)}</td><td data-label=\"Tasks\">{iteration.Tasks}</td>"
                    + $"<td data-label=\"Completed\">{iteration.Completed}</td><td data-label=\"Analyzed\">"
                    + $"{(iteration.AnalyzedAt is { } at ? ReportSummary.FormatTime(at) : "not yet")}</td>"
                    + $"<td data-label=\"State\">"
            );
            if (iteration.StateJson is { } state)
            {
                html.Write(
                    $"<details><summary>state, {CountText.FormatCount(state.Length, "character")}</summary><pre tabindex=\"0\">"
                        + $"{(state.Length <= LogExcerpts.MaxBytesPerFile ? state : state[..LogExcerpts.MaxBytesPerFile] + " …")}</pre>"
                        + $"</details>"
                );
            }

            html.WriteRaw("</td></tr>\n");
        }

        html.WriteRaw("</tbody></table></div>\n");
        WriteRemainder(iterations.Count, "state.sqlite");
        html.WriteRaw("</section>\n");
    }

    private void WriteRemainder(int count, string where)
    {
        if (count > MaxRows)
        {
            html.Write($"<p class=\"note\">And {count - MaxRows} more in {where}.</p>\n");
        }
    }
}
