using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>Writes the decisions and requests of people, and the iterations of a campaign class.</summary>
internal sealed class ReportPeople(Html html, ReportSource source)
{
    private const int MostShown = 500;
    private const int RoomForAnswers = 1 << 20;

    private static readonly string[] AnswerFiles = ["response.json", "experiment_result.json", "status.json"];

    private readonly LogTexts _answers = new(source.Files, RoomForAnswers);

    public void Write()
    {
        Decisions();
        Iterations();
    }

    private void Decisions()
    {
        var decisions = source.Story.Reader.ReadEvents().Where(static e => e.Kind == "ATTEMPT_ANSWERED" || (e.Kind.StartsWith("REQUEST_", StringComparison.Ordinal) && e.Actor is not null)).ToList();
        if (decisions.Count == 0)
        {
            return;
        }

        html.Write($"<section id=\"decisions\" data-nav=\"Decisions\"><h2>Decisions and answers <span class=\"count\">{decisions.Count}</span></h2>\n<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Time</th><th>Person</th><th>Action</th><th>Comment</th></tr></thead><tbody>\n");
        foreach (var decision in decisions.Take(MostShown))
        {
            html.Write($"<tr><td data-label=\"Time\">{ReportSummary.Time(decision.AtUtc)}</td><td data-label=\"Person\" class=\"who\">{decision.Actor ?? "unknown"}</td><td data-label=\"Action\">{What(decision)}");
            if (decision.TaskId is not null)
            {
                html.Write($" <button type=\"button\" class=\"link\" data-task=\"{decision.TaskId}\">{decision.TaskId}</button>");
            }

            html.Write($"</td><td data-label=\"Comment\">{decision.Details}");
            Answer(decision);
            html.Raw("</td></tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
        More(decisions.Count, "events.jsonl");
        html.Raw("</section>\n");
    }

    // The event holds only the hash of the answer; its text is in the attempt's folder.
    private void Answer(EventRow decision)
    {
        if (decision.Kind != "ATTEMPT_ANSWERED" || decision.AttemptId is null || source.Story.Reader.FindAttempt(decision.AttemptId) is not { } attempt)
        {
            return;
        }

        var there = source.Files.Of(attempt);
        foreach (var path in AnswerFiles.Where(there.Contains).Select(name => $"{attempt.RelativePath}/{name}"))
        {
            if (_answers.Take(path) is { } answer)
            {
                html.Write($"<details><summary>the answer</summary><pre tabindex=\"0\">{answer.Text}</pre></details>");
            }
        }
    }

    private static string What(EventRow decision) => decision.Kind == "ATTEMPT_ANSWERED" ? "answered" : decision.Kind["REQUEST_".Length..].ToLowerInvariant();

    private void Iterations()
    {
        var iterations = source.Story.Reader.ReadIterations().ToList();
        if (iterations.Count == 0)
        {
            return;
        }

        html.Write($"<section id=\"iterations\" data-nav=\"Iterations\"><h2>Iterations <span class=\"count\">{iterations.Count}</span></h2>\n<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Iteration</th><th>Planned</th><th>Tasks</th><th>Completed</th><th>Analyzed</th><th>Campaign state</th></tr></thead><tbody>\n");
        foreach (var iteration in iterations.Take(MostShown))
        {
            html.Write($"<tr><td data-label=\"Iteration\">{iteration.Iteration}</td><td data-label=\"Planned\">{ReportSummary.Time(iteration.PlannedAtUtc)}</td><td data-label=\"Tasks\">{iteration.Tasks}</td><td data-label=\"Completed\">{iteration.Completed}</td><td data-label=\"Analyzed\">{(iteration.AnalyzedAtUtc is null ? "not yet" : ReportSummary.Time(iteration.AnalyzedAtUtc))}</td><td data-label=\"State\">");
            if (iteration.State is { } state)
            {
                html.Write($"<details><summary>state, {state.Length} characters</summary><pre tabindex=\"0\">{(state.Length <= LogTexts.MostOfOne ? state : state[..LogTexts.MostOfOne] + " …")}</pre></details>");
            }

            html.Raw("</td></tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
        More(iterations.Count, "state.sqlite");
        html.Raw("</section>\n");
    }

    private void More(int count, string where)
    {
        if (count > MostShown)
        {
            html.Write($"<p class=\"note\">And {count - MostShown} more in {where}.</p>\n");
        }
    }
}
