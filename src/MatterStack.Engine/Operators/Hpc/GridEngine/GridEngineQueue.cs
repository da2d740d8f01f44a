using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>Parses the output of <c>qstat</c>.</summary>
internal static partial class GridEngineQueue
{
    private const int MaxMembers = 100_000;

    /// <summary>
    /// Rows of <c>qstat -xml -g d</c>, with reasons from the output of <c>qstat -j</c> behind it. Returns null if the output is incomplete.
    /// </summary>
    public static IReadOnlyList<JobRow>? ParseRows(string output)
    {
        if (ParseJobLists(output, out var rest) is not { } lists)
        {
            return null;
        }

        var reasons = ParseReasons(rest);
        var rows = new List<JobRow>();
        foreach (var list in lists)
        {
            if (ReadHeader(list) is not var (id, name, indices))
            {
                return null;
            }

            var word = list.Element("state")?.Value.Trim() ?? "";
            foreach (var index in indices)
            {
                rows.Add(
                    new JobRow(
                        name,
                        index,
                        FormatId(id, index),
                        ParseState(word, id, reasons.GetValueOrDefault((id, index ?? 1)) ?? reasons.GetValueOrDefault((id, 0))),
                        ToSortableText(id)
                    )
                    {
                        Node = FindNode(list.Element("queue_name")?.Value),
                    }
                );
            }
        }

        return rows;
    }

    // 'all.q@node1'; empty while the job waits.
    private static string? FindNode(string? instance) =>
        instance?.Trim() is { } text && text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at && at + 1 < text.Length
            ? text[(at + 1)..]
            : null;

    /// <summary>
    /// Jobs of a list: number, name, members (null stands for a job that is no array). Returns null if the list cannot be parsed.
    /// </summary>
    public static IReadOnlyList<(string Id, string Name, IReadOnlyList<int?> Indices)>? ParseJobs(string output)
    {
        var jobs = new List<(string, string, IReadOnlyList<int?>)>();
        foreach (var list in ParseJobLists(output, out _) ?? [])
        {
            if (ReadHeader(list) is not { } head)
            {
                return null;
            }

            jobs.Add(head);
        }

        return jobs;
    }

    /// <summary>Converts a job number to text that sorts by number. Numbers grow, and start again after ten million.</summary>
    public static string ToSortableText(string id) => id.PadLeft(10, '0');

    public static string FormatId(string job, int? index) =>
        index is null ? job : string.Create(CultureInfo.InvariantCulture, $"{job}.{index}");

    /// <summary>Converts the state letters.</summary>
    public static JobState ParseState(string word, string id, string? reason)
    {
        string AppendReason(string plain) => reason is null ? plain : $"{plain}: {reason}";
        return word.Contains('E', StringComparison.Ordinal)
                ? new JobState.Waiting($"{AppendReason(word + ", the job is in error")}; once that is fixed, 'qmod -cj {id}' lets it run")
                {
                    IsHeld = word.Contains('h', StringComparison.Ordinal),
                }
            : word.AsSpan().ContainsAnyExcept("dEhqrRsStTwNPc".AsSpan()) || word.Length == 0 ? new JobState.Unrecognized(word)
            : word.AsSpan().ContainsAny("wq".AsSpan())
                ? new JobState.Waiting(
                    AppendReason(
                        word.Contains('d', StringComparison.Ordinal) ? word + ", being deleted"
                        : word.Contains('h', StringComparison.Ordinal) ? word + ", held"
                        : word
                    )
                )
                {
                    IsHeld = word.Contains('h', StringComparison.Ordinal),
                }
            : word.AsSpan().ContainsAny("sSTNP".AsSpan()) ? new JobState.Running($"suspended ({word})")
            : word.Contains('d', StringComparison.Ordinal) ? new JobState.Running($"being deleted ({word})")
            : word.AsSpan().ContainsAny("rt".AsSpan()) ? new JobState.Running(null)
            : new JobState.Unrecognized(word);
    }

    // An incomplete answer is ignored: it may lack jobs.
    private static List<XElement>? ParseJobLists(string output, out string rest)
    {
        const string end = "</job_info>";
        var (begin, last) = (output.IndexOf("<?xml", StringComparison.Ordinal), output.LastIndexOf(end, StringComparison.Ordinal));
        rest = "";
        if (begin < 0 || last < begin)
        {
            return null;
        }

        rest = output[(last + end.Length)..];
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(output[begin..(last + end.Length)]),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit }
            );
            return [.. XDocument.Load(reader).Descendants("job_list")];
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static (string Id, string Name, IReadOnlyList<int?> Indices)? ReadHeader(XElement list) =>
        list.Element("JB_job_number")?.Value.Trim() is { Length: > 0 } id
        && id.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
        && list.Element("JB_name")?.Value is { } name
        && (list.Element("tasks") is { } tasks ? ParseMembers(tasks.Value) : [null]) is { } indices
            ? (id, name, indices)
            : null;

    // '3', '1-9:2', '1,4-5'
    private static List<int?>? ParseMembers(string text)
    {
        var members = new List<int?>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                RangePattern().Match(part) is not { Success: true } range
                || !int.TryParse(range.Groups["from"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            )
            {
                return null;
            }

            var to =
                range.Groups["to"].Success
                && int.TryParse(range.Groups["to"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var upper)
                    ? upper
                    : from;
            var step =
                range.Groups["step"].Success
                && int.TryParse(range.Groups["step"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var by)
                && by > 0
                    ? by
                    : 1;
            for (var i = from; i <= to; i += step)
            {
                if (members.Count >= MaxMembers)
                {
                    return null;
                }

                members.Add(i);
            }
        }

        return members;
    }

    // By job and member; 0 stands for all members.
    private static Dictionary<(string, int), string> ParseReasons(string text)
    {
        var reasons = new Dictionary<(string, int), string>();
        var (id, at) = ("", (Member: 0, Lines: int.MaxValue));
        foreach (var line in text.Split('\n'))
        {
            if (LabelPattern().Match(line) is not { Success: true } label)
            {
                // Grid Engine lists the obstacles for each queue; the first three lines are enough.
                if (at.Lines < 3 && line.Trim() is { Length: > 0 } more && reasons.ContainsKey((id, at.Member)))
                {
                    reasons[(id, at.Member)] += "; " + more;
                    at = (at.Member, at.Lines + 1);
                }

                continue;
            }

            var value = label.Groups["value"].Value.Trim();
            at = (0, int.MaxValue);
            switch (label.Groups["label"].Value)
            {
                case "job_number":
                    id = value;
                    break;
                case "error reason":
                    var member = int.TryParse(
                        label.Groups["member"].ValueSpan,
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var number
                    )
                        ? number
                        : 1;
                    reasons[(id, member)] = TimestampPattern().Replace(value, "");
                    break;
                case "jid_predecessor_list":
                    reasons[(id, 0)] = "behind " + value;
                    break;
                // Sites without scheduling information print a note in brackets, which is no reason.
                case "scheduling info"
                    when value.Length > 0
                        && (value[0] != '(' || value.StartsWith("(-", StringComparison.Ordinal))
                        && !reasons.ContainsKey((id, 0)):
                    reasons[(id, 0)] = value;
                    at = (0, 1);
                    break;
                default:
                    break;
            }
        }

        return reasons;
    }

    [GeneratedRegex(@"^(?<from>[0-9]+)(-(?<to>[0-9]+)(:(?<step>[0-9]+))?)?$")]
    private static partial Regex RangePattern();

    [GeneratedRegex(
        @"^(?<label>job_number|error reason|scheduling info|jid_predecessor_list)[^:0-9]*(?<member>[0-9]+)?[^:]*:(?<value>.*)$"
    )]
    private static partial Regex LabelPattern();

    // 11/23/2026 03:06:12 [0:17156]: error: can't chdir to /nonexistent
    [GeneratedRegex(@"^[0-9/]+ [0-9:]+ \[[0-9:]+\]: (error: )?")]
    private static partial Regex TimestampPattern();
}
