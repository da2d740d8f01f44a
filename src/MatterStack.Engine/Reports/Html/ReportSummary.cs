using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes the head of the page: run, state and progress.</summary>
internal sealed class ReportSummary(HtmlWriter html, ReportSource source)
{
    // Order of the states in the progress bar and its legend.
    private static readonly TaskState[] StateOrder =
    [
        TaskState.Completed,
        TaskState.Failed,
        TaskState.WaitingExternal,
        TaskState.Running,
        TaskState.Ready,
        TaskState.Pending,
        TaskState.Cancelled,
        TaskState.Skipped,
    ];

    public void Write(bool live)
    {
        var reader = source.Run.Reader;
        var row = reader.RunRow;
        var counts = reader.CountTasksByState();
        var total = counts.Values.Sum();
        var done = StateOrder.Where(static s => s.IsEnd()).Sum(s => counts.GetValueOrDefault(s.ToText()));
        html.Write(
            $"""
            <header class="top">
            <p class="kicker">MatterStack run <code>{row.RunId}</code></p>
            <div class="title"><h1>{row.WorkspaceSlug}</h1><span class="badge s-{row.State.ToText()}" id="run-state">{row.State.ToText()}</span><button type="button" id="theme" hidden>Dark</button></div>

            """
        );
        if (row.Reason is not null)
        {
            html.Write($"<p class=\"lead\">{row.Reason}</p>\n");
        }

        html.Write(
            $"<p class=\"progress-text\"><strong>{done}</strong> of <strong>{total}</strong> {(total == 1 ? "task" : "tasks")} ended"
                + $"{FormatAttempts(reader)}.</p>\n"
        );
        html.Write($"<div class=\"bar\" role=\"img\" aria-label=\"{FormatCounts(counts)}\">");
        foreach (var state in StateOrder.Select(static s => s.ToText()).Where(counts.ContainsKey))
        {
            html.Write($"<span class=\"s-{state}\" style=\"flex-grow:{counts[state]}\" title=\"{counts[state]} {state}\"></span>");
        }

        html.WriteRaw("</div>\n<ul class=\"legend\">");
        foreach (var state in StateOrder.Select(static s => s.ToText()).Where(counts.ContainsKey))
        {
            html.Write($"<li><span class=\"dot s-{state}\"></span>{counts[state]} {state}</li>");
        }

        html.WriteRaw("</ul>\n<dl class=\"facts\">\n");
        WriteFact("Created", FormatTime(row.CreatedAt));
        if (row.EndedAt is { } endedAt)
        {
            WriteFact("Ended", FormatTime(endedAt));
        }

        WriteFact(
            row.EndedAt is null ? "Running for" : "Duration",
            FormatDuration((row.EndedAt ?? HtmlReport.GetReportTime(source)) - row.CreatedAt)
        );
        WriteUsage(reader.ReadUsageTotals());
        WriteFact("Definition", row.DefinitionSha256.Short, row.DefinitionSha256.Hex);
        if (source.Wiring is { } wiring)
        {
            WriteFact("Wiring", wiring.Hash.Short, wiring.Hash.Hex);
        }

        if (row.Tags.Count > 0)
        {
            WriteFact("Tags", string.Join(", ", row.Tags));
        }

        if (row.Note is { } note)
        {
            WriteFact("Note", note);
        }

        if (row.Selection is { } selection && !row.State.IsEnd())
        {
            WriteFact("Selected", $"{selection}; the other tasks wait for a later Loop");
        }

        WriteFact("MatterStack", row.EngineVersion);
        if (source.Machine is { } machine)
        {
            WriteFact("Made on", $"{machine.Os}, {machine.Architecture}, .NET {machine.Dotnet}");
        }

        if (reader.ReadMachines() is { Count: > 0 } machines)
        {
            WriteFact("Processes on", string.Join(", ", machines));
        }

        html.WriteRaw("</dl>\n");
        if (source.WrittenAt is { } at)
        {
            html.Write(
                $"<p class=\"written\">Written {FormatTime(at)}."
                    + $"{(live ? " While a loop drives the run, it updates the report, and this page reloads itself." : "")} <button "
                    + $"type=\"button\" id=\"pause\" hidden>Pause</button></p>\n"
            );
        }

        html.WriteRaw(
            "</header>\n<nav id=\"nav\" aria-label=\"Sections\"></nav>\n<main>\n<noscript>"
                + "<p class=\"note\">Without scripts this page shows failures, decisions and wiring; the table of tasks, "
                + "the graph and the figures need scripts.</p></noscript>\n"
        );
    }

    /// <summary>Formats a time for people, in UTC.</summary>
    public static string FormatTime(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Formats a duration for people.</summary>
    public static string FormatDuration(TimeSpan span) =>
        span switch
        {
            { Ticks: < 0 } => "unknown: the clock was set back",
            { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
            { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s"),
            { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d {span.Hours} h"),
        };

    private static string FormatCounts(IReadOnlyDictionary<string, long> counts) =>
        string.Join(
            ", ",
            StateOrder
                .Select(static s => s.ToText())
                .Where(counts.ContainsKey)
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{counts[s]} {s}"))
        );

    private static string FormatAttempts(RunReader reader)
    {
        var (attempts, cached) = reader.CountAttempts();
        return string.Create(
            CultureInfo.InvariantCulture,
            $", {CountText.FormatCount(attempts, "attempt")}{(cached > 0 ? $", {cached} of them from the cache" : "")}"
        );
    }

    // Two numbers side by side, each with the attempts that it is a sum of.
    private void WriteUsage(UsageTotals usage)
    {
        if (usage.WithCpu > 0)
        {
            WriteFact("CPU time", FormatSum(usage.CpuSeconds, "h", usage.WithCpu, usage.Attempts));
        }

        if (usage.WithWall > 0)
        {
            WriteFact("Asked: cores × wall time", FormatSum(usage.CoreSeconds, "core-h", usage.WithWall, usage.Attempts));
        }
    }

    private static string FormatSum(double seconds, string unit, long known, long attempts) =>
        $"{FormatHours(seconds / 3600)} {unit}"
        + (known < attempts ? FormattableString.Invariant($" ({known} of {CountText.FormatCount(attempts, "attempt")} measured)") : "");

    /// <summary>Formats hours with three significant digits, without an exponent.</summary>
    public static string FormatHours(double hours) =>
        hours <= 0 ? "0" : hours.ToString("F" + Math.Clamp(2 - (int)Math.Floor(Math.Log10(hours)), 0, 6), CultureInfo.InvariantCulture);

    private void WriteFact(string name, string value, string? whole = null)
    {
        html.Write($"<div><dt>{name}</dt>");
        if (whole is null)
        {
            html.Write($"<dd>{value}</dd></div>\n");
        }
        else
        {
            html.Write($"<dd><code title=\"{whole}\">{value}</code></dd></div>\n");
        }
    }
}
