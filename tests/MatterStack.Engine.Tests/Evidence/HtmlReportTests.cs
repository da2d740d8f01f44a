using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>What stands on a run's page, as far as it can be told without a browser.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed partial class HtmlReportTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_page_runs_its_own_scripts_only_and_loads_nothing(bool withFigure)
    {
        using var world = new CommandWorld(inMemory: true);
        world.Task("t", "printf 'x,y\\n1,2\\n2,3\\n' > c.csv", withFigure ? [("Figures", "c.csv")] : [("Outputs", "c.csv")]);
        Assert.IsTrue(world.Loop());

        var page = Report(world);

        var allowed = Policy().Match(page).Groups[1].Value.Split(' ').Select(WebUtility.HtmlDecode);
        var scripts = Scripts()
            .Matches(page)
            .Select(m => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(m.Groups[1].Value)))}'")
            .ToList();
        Assert.HasCount(withFigure ? 3 : 1, scripts);
        CollectionAssert.AreEqual(scripts, allowed.ToList());
        StringAssert.Contains(page, "default-src 'none'");
        Assert.DoesNotMatchRegex(@"<(link|img|iframe|script)\b[^>]*\b(src|href)=", page);
        Assert.DoesNotMatchRegex(@"<a\b[^>]*href=""[a-z]+:", page);
        Assert.AreEqual(withFigure, page.Length > 1_000_000, "the library is there where something is drawn");
    }

    [TestMethod]
    public void What_failed_stands_first_with_reason_and_the_end_of_its_log_and_what_is_allowed_to_fail_last()
    {
        using var world = new CommandWorld(inMemory: true);
        world
            .Task("allowed", "exit 3", ("AllowFailure", "true"))
            .Task(
                "relax",
                "for i in 1 2 3; do echo step $i; done; printf '\\033[31mERROR\\033[0m <b>lost atoms</b>\\n' >&2; exit 7",
                ("MaxAttempts", "2")
            )
            .Task("after", "true", ("DependsOn", "relax"));
        Assert.IsFalse(world.Loop());

        var page = Report(world);
        var failures = Section(page, "failures");

        Assert.IsLessThan(
            failures.IndexOf("data-task=\"allowed\"", StringComparison.Ordinal),
            failures.IndexOf("data-task=\"relax\"", StringComparison.Ordinal)
        );
        foreach (
            var said in (string[])
                [
                    "exit code 7",
                    "2 attempts",
                    "End of stderr.log",
                    "ERROR &lt;b&gt;lost atoms&lt;/b&gt;",
                    "href=\"tasks/relax%402/stderr.log\"",
                    "(allowed)",
                ]
        )
        {
            StringAssert.Contains(failures, said);
        }

        Assert.DoesNotContain("\u001b", page);
        Assert.DoesNotContain("data-task=\"after\"", failures, "what was skipped has not failed");
        Assert.IsLessThan(
            page.IndexOf("id=\"table\"", StringComparison.Ordinal),
            page.IndexOf("id=\"failures\"", StringComparison.Ordinal)
        );
    }

    [TestMethod]
    public void Evidence_shows_who_decided_what_and_the_same_bytes_each_time()
    {
        using var evidence = new EvidenceWorld();
        evidence.Run().Export();
        var file = Path.Combine(evidence.Evidence, "report.html");
        var page = File.ReadAllText(file);

        var decisions = Section(page, "decisions");
        StringAssert.Contains(decisions, "answered");
        StringAssert.Contains(decisions, "<summary>the answer</summary>");
        StringAssert.Contains(decisions, "&quot;status&quot;");
        StringAssert.Contains(decisions, "class=\"who\"");
        StringAssert.Contains(decisions, Environment.UserName);
        StringAssert.Contains(decisions, "go");
        Assert.DoesNotContain("Written ", Head(page), "evidence does not tell of its making");
        Assert.AreEqual(0, (int)Data(page)["refresh"]!);
        Assert.DoesNotContain(evidence.World.Folder, page);

        Directory.Delete(evidence.Evidence, recursive: true);
        evidence.Export();
        Assert.AreEqual(page, File.ReadAllText(file));
    }

    [TestMethod]
    public void A_forced_override_stands_with_who_and_why_and_todays_wiring_beside_it()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Write("campaign/operators.yaml", "operators:\n  local.default: { kind: local, backend: { type: local } }\n");
        world.Write("other.yaml", "operators:\n  local.default: { kind: local, backend: { type: local, cores: 3 } }\n");
        world.Task("t", "true");
        Assert.IsTrue(world.Init());
        Assert.IsFalse(world.Loop(new RunArguments { OperatorsConfig = world.In("other.yaml") }));
        Assert.IsTrue(
            world.Loop(
                new RunArguments
                {
                    OperatorsConfig = world.In("other.yaml"),
                    ForceWiringOverride = true,
                    OverrideReason = "the <fine> grid",
                }
            ),
            string.Join("; ", world.Reported)
        );

        var wiring = Section(Report(world), "wiring");

        StringAssert.Contains(wiring, "override refused");
        StringAssert.Contains(wiring, "override forced");
        StringAssert.Contains(wiring, Environment.UserName + "@");
        StringAssert.Contains(wiring, "the &lt;fine&gt; grid");
        StringAssert.Contains(wiring, "in place of");
        StringAssert.Contains(wiring, "a different wiring");
        StringAssert.Contains(wiring, "cores");
    }

    [TestMethod]
    public void Each_attempt_has_its_wiring_its_outputs_and_where_a_cached_one_came_from()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Cache = new CacheSettings(world.In("cache"), CacheMode.ReadWrite);
        world.Task("t", "echo result > out", ("Outputs", "out"));
        Assert.IsTrue(world.Loop());
        var first = world.Run.Id.ToString();
        Assert.IsTrue(world.Loop(new RunArguments { NewRun = true }));

        var page = Report(world);
        var data = Data(page);

        Assert.HasCount(
            data["taskColumns"]!.AsArray().Count,
            data["tasks"]![0]!.AsArray(),
            "the script reads a row by the names of its columns"
        );
        Assert.HasCount(data["attemptColumns"]!.AsArray().Count, data["tasks"]![0]![9]![0]!.AsArray());
        var attempt = data["tasks"]![0]![9]![0]!;
        Assert.AreEqual(world.Query("SELECT wiring_sha256 FROM attempts")[0], (string)data["hashes"]![(int)attempt[9]!]!);
        StringAssert.Contains((string)attempt[11]!, first);
        Assert.AreEqual("out", (string)attempt[14]![0]![0]!);
        Assert.AreEqual(world.Query("SELECT sha256 FROM outputs")[0], (string)attempt[14]![0]![2]!);
        StringAssert.Contains(Head(page), "1 of them from the cache");
    }

    [TestMethod]
    public void Each_attempt_has_what_it_used_and_why_a_value_is_not_known()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Task("known", "true").Task("unknown", "true").Task("earlier", "true");
        Assert.IsTrue(world.Loop());
        world.Execute(
            "UPDATE attempts SET started_at_utc = submitted_at_utc, queue_seconds = 0.5, wall_seconds = 3600, cpu_seconds = 1800, "
                + "peak_memory_bytes = 300000000, node = 'n1', usage_source = 'sacct', usage_note = NULL WHERE task_id = 'known'; "
                + "UPDATE attempts SET started_at_utc = NULL, queue_seconds = NULL, wall_seconds = NULL, cpu_seconds = NULL, "
                + "peak_memory_bytes = NULL, node = NULL, usage_source = 'none', usage_note = 'it <was> killed' WHERE task_id = 'unknown'; "
                + "UPDATE attempts SET started_at_utc = NULL, queue_seconds = NULL, wall_seconds = NULL, cpu_seconds = NULL, "
                + "usage_source = NULL, usage_note = NULL, node = NULL WHERE task_id = 'earlier'"
        );

        var page = Report(world);
        var data = Data(page);
        var (known, unknown) = (Usage(0), Usage(1));

        CollectionAssert.AreEqual(
            (long[])[500, 3_600_000, 1_800_000, 300_000_000],
            known.AsArray().Skip(1).Take(4).Select(value => (long)value!).ToArray()
        );
        Assert.AreEqual(Attempt(0)[7]!.ToString(), known[0]!.ToString(), "it began when it was submitted");
        Assert.AreEqual("n1", (string)data["usageTexts"]![(int)known[5]!]!);
        Assert.AreEqual("sacct", (string)data["usageTexts"]![(int)known[7]!]!);
        Assert.IsTrue(unknown.AsArray().Take(6).All(value => value is null), "what is not known is no number");
        Assert.AreEqual("it <was> killed", (string)data["usageTexts"]![(int)unknown[6]!]!);
        Assert.IsNull(Attempt(2)[20]);
        StringAssert.Contains(Head(page), "<dt>CPU time</dt><dd>0.500 h (1 of 3 attempts measured)</dd>");

        JsonArray Attempt(int task) => data["tasks"]![task]![9]![0]!.AsArray();

        JsonNode Usage(int task) => Attempt(task)[20]!;
    }

    [TestMethod]
    public void Groups_of_tasks_have_what_they_asked_for_beside_what_they_used()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Write("campaign/operators.yaml", "operators:\n  local.default: { kind: local, backend: { type: local, memory_gb: 64 } }\n");
        foreach (var task in (string[])["relax_1", "relax_2", "relax_3"])
        {
            world.Task(task, $"echo {task}", ("MemoryGb", "8"), ("TimeLimitMinutes", "60"));
        }

        world.Task("odd", "exit 1", ("AllowFailure", "true"));
        Assert.IsTrue(world.Loop());
        world.Execute(
            "UPDATE attempts SET wall_seconds = NULL, cpu_seconds = NULL, peak_memory_bytes = NULL, queue_seconds = NULL, "
                + "usage_source = 'none', usage_note = 'it <was> killed'; UPDATE attempts SET wall_seconds = 600, cpu_seconds = 590, "
                + "peak_memory_bytes = 2147483648, usage_source = 'sacct', usage_note = NULL WHERE task_id LIKE 'relax%'"
        );

        var usage = Section(Report(world), "usage");

        StringAssert.Contains(usage, "<code>relax_*</code> <small>3 tasks</small>");
        StringAssert.Contains(usage, "asked 8 GiB<br>used 2 GiB (median), 2 GiB (95 %), 2 GiB (most)</td>");
        StringAssert.Contains(usage, "asked 60 min<br>used 10 min (median)");
        StringAssert.Contains(usage, "MemoryGb=&quot;2.5&quot;");
        StringAssert.Contains(usage, "title=\"it &lt;was&gt; killed ×1\">unknown</span>");
        StringAssert.Contains(usage, "In queue\"><span class=\"unknown\"");
        Assert.DoesNotContain("%)</th>", usage);
    }

    [TestMethod]
    public void Published_files_are_linked_here_and_named_in_evidence()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Task("eos", "echo 1 > out.csv", ("Outputs", "out.csv"), ("Publish", "results/eos #1.csv"));
        Assert.IsTrue(world.Loop(), string.Join("; ", world.Reported));

        StringAssert.Contains(
            Section(Report(world), "results"),
            "<a href=\"../../results/eos%20%231.csv\">results/eos #1.csv</a> of <button type=\"button\" class=\"link\" data-task=\"eos\">"
        );
        Assert.IsTrue(ExportEvidenceCommand.Execute(world.Context()).Success);
        StringAssert.Contains(
            Section(File.ReadAllText(Path.Combine(world.Run.EvidenceFolder, "report.html")), "results"),
            "<code>results/eos #1.csv</code> of "
        );
    }

    [TestMethod]
    public void Versions_of_one_code_that_differ_are_pointed_out()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Task("a", "true").Task("b", "true").Task("c", "true");
        Assert.IsTrue(world.Loop());
        world.Execute(
            "INSERT INTO attempt_codes (attempt_id, code, code_sha256, version) SELECT attempt_id, 'lammps', wiring_sha256, "
                + "CASE task_id WHEN 'a' THEN '29 Sep 2021' WHEN 'b' THEN '2 <Aug> 2023' END FROM attempts"
        );

        var software = Section(Report(world), "software");

        StringAssert.Contains(software, "<code>lammps</code> has 2 versions in this run: 2 &lt;Aug&gt; 2023; 29 Sep 2021.");
        StringAssert.Contains(software, "<td data-label=\"Version\">29 Sep 2021</td>");
        StringAssert.Contains(software, "<dt>MatterStack</dt>");
    }

    [TestMethod]
    public void Figures_of_tasks_with_the_same_axes_are_one_and_one_that_cannot_be_drawn_is_reported_and_hides_no_other()
    {
        using var world = new CommandWorld(inMemory: true);
        foreach (var (task, rows) in (ReadOnlySpan<(string, string)>)[("a", "1,2"), ("b", "1,3"), ("bad", "1,high")])
        {
            world.Task(task, $"printf '# title: EOS\\nvolume (A3),energy (eV)\\n{rows}\\n' > eos.csv", ("Figures", "eos.csv"));
        }

        Assert.IsTrue(world.Loop(), "what is badly written is no failure of the run");

        var page = Report(world);

        var figure = Data(page)["figures"]!.AsArray().Single()!;
        Assert.AreEqual("EOS", (string)figure["title"]!);
        CollectionAssert.AreEqual((string[])["a", "b"], figure["series"]!.AsArray().Select(s => (string)s!["name"]!).ToArray());
        var warning = world.Reported.Single();
        StringAssert.Contains(warning.ToString(), "MATTER5004");
        StringAssert.Contains(warning.ToString(), "bad@1/work/eos.csv");
        StringAssert.Contains(warning.ToString(), "line 3: 'high' in column 'energy' is not a number");
        StringAssert.Contains(Section(page, "figures"), "line 3: ");
    }

    [TestMethod]
    public void A_figure_that_is_not_what_was_recorded_is_not_drawn()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Task("t", "printf 'x,y\\n1,2\\n' > c.csv", ("Figures", "c.csv"));
        Assert.IsTrue(world.Loop());
        File.WriteAllText(world.Attempt("t@1/work/c.csv"), "x,y\n1,9\n");

        Assert.IsEmpty(Data(Report(world))["figures"]!.AsArray());
        StringAssert.Contains(world.Reported.Single().ToString(), "it differs from the recorded output");
    }

    [TestMethod]
    public void A_run_that_continues_is_read_again_and_one_that_has_ended_says_how_long_it_took()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Task("ask", "", ("Kind", "Gate"), ("Message", "Go on?"));
        world.Write(
            "campaign/operators.yaml",
            "operators:\n  local.default: { kind: local, backend: { type: local } }\n  human.default: { kind: human }\n"
        );
        Assert.IsTrue(world.Loop());

        var going = Report(world);
        Assert.AreEqual(5, (int)Data(going)["refresh"]!);
        StringAssert.Contains(going, "http-equiv=\"refresh\" content=\"5\"");
        StringAssert.Contains(Head(going), "Running for");
        StringAssert.Contains(Section(going, "waiting"), "-t:Respond");

        Assert.IsTrue(RespondCommand.Execute(world.Context(new RunArguments { TaskId = "ask", Decision = "approve" })).Success);
        Assert.IsTrue(world.Loop());
        // Looked at a day later.
        world.Host = world.Host with { Clock = new LaterClock() };

        var ended = Report(world);
        Assert.AreEqual(0, (int)Data(ended)["refresh"]!);
        Assert.DoesNotContain("http-equiv=\"refresh\"", ended);
        StringAssert.Contains(Head(ended), "Duration");
        Assert.DoesNotMatchRegex(@"Duration</dt><dd>\d+ d", ended);
    }

    private static string Report(CommandWorld world)
    {
        world.Reported.Clear();
        Assert.IsTrue(ReportCommand.Execute(world.Context()).Success);
        return File.ReadAllText(world.Run.ReportFile);
    }

    private static string Section(string page, string id)
    {
        var begin = page.IndexOf($"<section id=\"{id}\"", StringComparison.Ordinal);
        Assert.IsGreaterThan(0, begin, "no section " + id);
        return page[begin..page.IndexOf("</section>", begin, StringComparison.Ordinal)];
    }

    private static string Head(string page)
    {
        var begin = page.IndexOf("<header", StringComparison.Ordinal);
        return page[begin..page.IndexOf("</header>", begin, StringComparison.Ordinal)];
    }

    private static JsonNode Data(string page)
    {
        const string mark = "<script type=\"application/json\" id=\"data\">";
        var begin = page.IndexOf(mark, StringComparison.Ordinal) + mark.Length;
        return JsonNode.Parse(page[begin..page.IndexOf("</script>", begin, StringComparison.Ordinal)])!;
    }

    [GeneratedRegex("script-src ([^\"]+?); style-src")]
    private static partial Regex Policy();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Scripts();

    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddDays(3);
    }
}
