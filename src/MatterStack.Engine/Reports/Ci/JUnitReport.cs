using System.Globalization;
using System.Text;
using System.Xml;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Reports.Ci;

/// <summary>
/// Writes a run as a JUnit file for CI systems: the run is a suite, a task is a test case, its time is the sum of the wall
/// times of its attempts in seconds.
/// </summary>
/// <remarks>Jenkins, GitLab and Azure Pipelines read this format: https://github.com/testmoapp/junitxml.</remarks>
internal static class JUnitReport
{
    private const int LogTailLines = 40;

    // Most programs write errors to stderr, so it is first.
    private static readonly string[] Logs = [AttemptLayout.StderrFile, AttemptLayout.StdoutFile];

    /// <param name="stream">Target of the report.</param>
    /// <param name="reader">The run.</param>
    /// <param name="wiring">The wiring of the run; null if unknown.</param>
    /// <param name="logs">Reads the run's logs.</param>
    public static void Write(Stream stream, RunReader reader, RunWiring? wiring, LogTail logs)
    {
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(false),
            Indent = true,
            NewLineChars = "\n",
            CloseOutput = false,
        };
        using var xml = XmlWriter.Create(stream, settings);
        var attempts = reader.ReadAttempts().ToLookup(a => a.TaskId);
        var tasks = reader
            .ReadTasks()
            .Select(t => (Row: t, Outcome: TestCaseOutcome.FromTask(t), Seconds: attempts[t.TaskId].Sum(JobSummary.GetDurationSeconds)))
            .ToList();
        xml.WriteStartElement("testsuites");
        xml.WriteStartElement("testsuite");
        WriteText(xml, "name", reader.RunRow.WorkspaceSlug);
        WriteNumber(xml, "tests", tasks.Count);
        WriteNumber(xml, "failures", tasks.Count(t => t.Outcome.ElementName == "failure"));
        WriteNumber(xml, "errors", tasks.Count(t => t.Outcome.ElementName == "error"));
        WriteNumber(xml, "skipped", tasks.Count(t => t.Outcome.ElementName == "skipped"));
        WriteNumber(xml, "time", tasks.Sum(t => t.Seconds));
        WriteText(xml, "timestamp", reader.RunRow.CreatedAt.ToText().TrimEnd('Z'));
        WriteProperties(xml, reader.RunRow, wiring);
        foreach (var task in tasks)
        {
            xml.WriteStartElement("testcase");
            WriteText(xml, "name", task.Row.TaskId.Value);
            WriteText(xml, "classname", $"{reader.RunRow.WorkspaceSlug}.{task.Row.OperatorKey}");
            WriteNumber(xml, "time", task.Seconds);
            if (task.Outcome.ElementName is { } element)
            {
                xml.WriteStartElement(element);
                WriteText(xml, "message", task.Outcome.Message);
                if (element is "failure" && attempts[task.Row.TaskId].LastOrDefault() is { } last)
                {
                    WriteText(
                        xml,
                        "type",
                        last.ExitCode is { } code && last.EndCause is null or EndCause.Exited
                            ? string.Create(CultureInfo.InvariantCulture, $"exit code {last.ExitCode}")
                            : last.CauseText ?? last.State.ToText()
                    );
                    xml.WriteString(string.Join('\n', ReadLogTail(logs, last)));
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteProperties(XmlWriter xml, RunRow run, RunWiring? wiring)
    {
        xml.WriteStartElement("properties");
        foreach (
            var (name, value) in new[]
            {
                ("run_id", run.RunId.Value),
                ("state", run.State.ToText()),
                ("definition_sha256", run.DefinitionSha256.Hex),
                ("wiring_sha256", wiring?.Hash.Hex),
                ("wiring_source", wiring?.Origin.ToText()),
                ("engine_version", run.EngineVersion),
            }
        )
        {
            if (value is not null)
            {
                xml.WriteStartElement("property");
                WriteText(xml, "name", name);
                WriteText(xml, "value", value);
                xml.WriteEndElement();
            }
        }

        xml.WriteEndElement();
    }

    private static IReadOnlyList<string> ReadLogTail(LogTail logs, AttemptRow attempt)
    {
        var ends = Logs.Select(name => logs.ReadLastLines($"{attempt.RelativePath}/{name}", LogTailLines)).ToList();
        return ends.FirstOrDefault(end => end.Lines.Count > 0)?.Lines ?? [.. ends.Select(end => end.RefusalReason).OfType<string>()];
    }

    private static void WriteText(XmlWriter xml, string name, string? value) => xml.WriteAttributeString(name, UntrustedText.ToLine(value));

    private static void WriteNumber(XmlWriter xml, string name, double value) =>
        xml.WriteAttributeString(name, value.ToString("0.###", CultureInfo.InvariantCulture));

    private readonly record struct TestCaseOutcome(string? ElementName, string Message)
    {
        public static TestCaseOutcome FromTask(TaskRow task) =>
            task.State switch
            {
                TaskState.Completed => new(null, ""),
                TaskState.Failed when task.AllowFailure => new("skipped", "failed (allowed): " + task.Reason),
                TaskState.Failed => new("failure", task.Reason ?? "failed"),
                TaskState.Cancelled => new("error", "cancelled" + (task.Reason is null ? "" : ": " + task.Reason)),
                TaskState.Skipped => new("skipped", task.Reason ?? "skipped"),
                TaskState.WaitingExternal when task.IsHeld => new("error", task.Reason ?? "held"),
                var other => new("skipped", "not finished: " + other.ToText()),
            };
    }
}
