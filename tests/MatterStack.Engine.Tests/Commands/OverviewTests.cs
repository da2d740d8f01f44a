using System.Text.RegularExpressions;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Reports.Overview;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Faults;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>The page of all runs, as far as it can be told without a browser.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed partial class OverviewTests : IDisposable
{
    private static readonly RunArguments NewRun = new() { NewRun = true };
    private readonly CommandWorld _world = new(inMemory: true);

    private string Page => Path.Combine(_world.Workspace.RunsDirectory, "index.html");

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Each_run_has_a_row_with_its_state_progress_tags_wiring_usage_failures_and_files()
    {
        _world.Task("good", "true").Task("bad", "exit 3", ("AllowFailure", "true"));
        Assert.IsTrue(_world.Loop(new RunArguments { RunTags = ["pilot"] }));
        _world.Execute(
            "UPDATE attempts SET started_at_utc = submitted_at_utc, queue_seconds = 90, wall_seconds = 7200, cpu_seconds = 5400, "
                + "peak_memory_bytes = 1000, usage_source = 'times' WHERE task_id = 'good'; "
                + "UPDATE attempts SET queue_seconds = NULL, wall_seconds = NULL, cpu_seconds = NULL, usage_note = 'it was killed', "
                + "usage_source = 'none' WHERE task_id = 'bad'; UPDATE tasks SET cores = 2"
        );
        Assert.IsTrue(ReportCommand.Execute(_world.Context()).Success);
        var run = _world.Run.Id.Value;

        var result = ReportCommand.Execute(_world.Context(new RunArguments { All = true }));

        Assert.IsTrue(result.Success);
        Assert.AreEqual(Page, result.Items.Single().Identity);
        Assert.AreEqual("1", result.Items.Single().Metadata["runs"]);
        var row = Row(run);
        foreach (
            var said in (string[])
                [
                    $"href=\"{run}/report.html\"",
                    "COMPLETED",
                    "1 of 2<div",
                    "<bdi class=\"tag\">pilot</bdi>",
                    _world.Query("SELECT wiring_sha256 FROM attempts")[0]!,
                    "<small>builtin_default</small>",
                    ">1.50</span> <small>1 of 2 measured</small>",
                    ">4.00</span> <small>1 of 2 measured</small>",
                    ">1 min 30 s</span>",
                    "1 <small>EXIT 1</small>",
                    "data-key=\"cpu\" data-label=\"CPU (h)\" class=\"num\" data-sort=\"1.5\"",
                ]
        )
        {
            StringAssert.Contains(row, said);
        }

        Assert.DoesNotContain("Campaign", Text(), "all runs have the name of the workspace");
    }

    [TestMethod]
    public void What_is_not_measured_is_unknown_and_a_run_from_the_cache_used_nothing()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        _world.Task("a", "echo 1 > out", ("Outputs", "out"));
        Assert.IsTrue(_world.Loop());
        _world.Execute("UPDATE attempts SET queue_seconds = NULL, wall_seconds = NULL, cpu_seconds = NULL, usage_source = NULL");
        var first = _world.Run.Id.Value;
        Assert.IsTrue(_world.Loop(NewRun));

        Write();

        foreach (var key in (string[])["cpu", "asked", "queue"])
        {
            StringAssert.Contains(Cell(first, key), "title=\"Not measured in 1 attempt\">unknown<");
            StringAssert.Contains(Cell(_world.Run.Id.Value, key), ">none<");
            Assert.DoesNotContain("data-sort", Cell(first, key), "it has no place among numbers");
        }
    }

    [TestMethod]
    public void A_run_that_cannot_be_read_is_a_row_that_says_so()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        var later = _world.Run;
        _world.Execute("PRAGMA user_version = 99");
        Assert.IsTrue(_world.Loop(NewRun));
        var broken = _world.Run;
        File.WriteAllText(broken.StoreFile, "this is no database");
        Assert.IsTrue(_world.Loop(NewRun));
        var damaged = _world.Run;
        _world.Execute("UPDATE runs SET created_at_utc = 'yesterday'");
        Assert.IsTrue(_world.Loop(NewRun));
        var whole = _world.Run;
        const string foreign = "20200101_000000_0000abcd";
        Directory.CreateDirectory(Path.Combine(_world.Workspace.RunsDirectory, foreign));
        Directory.CreateDirectory(Path.Combine(_world.Workspace.RunsDirectory, "old <stuff>"));

        Write();

        foreach (var id in (string[])[later.Id.Value, broken.Id.Value, damaged.Id.Value, foreign])
        {
            StringAssert.Contains(Row(id), "UNREADABLE");
        }

        StringAssert.Contains(Row(later.Id.Value), "99");
        StringAssert.Contains(Row(broken.Id.Value), "is damaged");
        StringAssert.Contains(Row(whole.Id.Value), "COMPLETED");
        Assert.DoesNotContain(_world.Folder, Text(), "folders of this machine are cut off");
        StringAssert.Contains(Text(), "old &lt;stuff&gt;");
        StringAssert.Contains(_world.Said[^1], "page of 5 runs, 4 of which cannot be read -> ");
    }

    [TestMethod]
    public void Names_and_notes_are_texts()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        var note = "</script><script>alert(1)</script> \u202eevil שלום " + new string('x', 500);
        Assert.IsTrue(
            RequestCommand
                .Execute(
                    _world.Context(new RunArguments { Tags = "+<b> +שלום", Note = note }),
                    RequestKind.Annotate,
                    CancellationToken.None
                )
                .Success
        );
        _world.Execute("UPDATE runs SET workspace_slug = '<i>other</i>'");
        Age();

        Write();

        var row = Row(_world.Run.Id.Value);
        StringAssert.Contains(row, "<bdi class=\"tag\">&lt;b&gt;</bdi>");
        StringAssert.Contains(row, "<bdi class=\"tag\">שלום</bdi>");
        StringAssert.Contains(row, "<bdi>&lt;i&gt;other&lt;/i&gt;</bdi>");
        Assert.DoesNotContain("\u202e", Text());
        Assert.HasCount(1, Scripts().Matches(Text()), "the page has its own script only");
        Assert.HasCount(1, OverviewData.ReadEntries(Page, EngineVersion.Text), "the data are whole");
    }

    [TestMethod]
    [DataRow("page")]
    [DataRow("link")]
    [DataRow("folder")]
    public void What_a_person_put_there_stays(string kind)
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        var other = _world.Write("other.html", "<!DOCTYPE html><title>mine</title>");
        _ = kind switch
        {
            "page" => _world.Write("campaign/runs/index.html", "<!DOCTYPE html><title>mine</title>"),
            "link" => File.CreateSymbolicLink(Page, other).FullName,
            _ => Directory.CreateDirectory(Page).FullName,
        };

        Assert.IsFalse(ReportCommand.Execute(_world.Context(new RunArguments { All = true })).Success);
        Assert.AreEqual("MATTER5007", _world.Reported.Single().Code.ToString());
        _world.Reported.Clear();
        Assert.IsTrue(_world.Loop(NewRun));

        Assert.IsEmpty(_world.Reported, "a loop leaves it");
        Assert.AreEqual(kind == "folder", Directory.Exists(Page));
        if (kind != "folder")
        {
            Assert.AreEqual("<!DOCTYPE html><title>mine</title>", File.ReadAllText(Page));
        }
    }

    [TestMethod]
    public void A_loop_keeps_the_page_fresh_if_there_is_one()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        Assert.IsFalse(File.Exists(Page), "nobody asked for it");
        Write();

        Assert.IsTrue(_world.Loop(NewRun));

        StringAssert.Contains(Row(_world.Run.Id.Value), "COMPLETED");
        Assert.IsEmpty(Directory.GetFiles(_world.Workspace.RunsDirectory, "*.tmp*"));
    }

    [TestMethod]
    public void A_loop_reads_only_runs_that_have_changed()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop(new RunArguments { RunTags = ["before"] }));
        var first = _world.Run;
        Age();
        Write();
        // What the page knows is to be told from what the store says.
        File.WriteAllText(Page, Text().Replace("before", "known", StringComparison.Ordinal));

        Assert.IsTrue(_world.Loop(NewRun));
        StringAssert.Contains(Row(first.Id.Value), "known");

        File.SetLastWriteTimeUtc(first.StoreFile, DateTime.UtcNow.AddMinutes(-5));
        Assert.IsTrue(_world.Loop(NewRun));
        StringAssert.Contains(Row(first.Id.Value), "before");
        Write();
        StringAssert.Contains(Row(first.Id.Value), "before");
    }

    [TestMethod]
    public void A_summary_of_a_run_that_changed_a_moment_ago_is_not_kept()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());

        Write();

        Assert.IsEmpty(OverviewData.ReadEntries(Page, EngineVersion.Text));
        Age();
        Write();
        Assert.HasCount(1, OverviewData.ReadEntries(Page, EngineVersion.Text));
        Assert.IsEmpty(OverviewData.ReadEntries(Page, "another version"));
        File.WriteAllText(Page, Text().Replace("\"runs\":[", "\"runs\":[{\"stamp\":1},", StringComparison.Ordinal));
        Assert.IsEmpty(OverviewData.ReadEntries(Page, EngineVersion.Text), "a torn page is read as if it were not there");
    }

    [TestMethod]
    public void Of_two_writers_the_slower_one_does_not_take_the_newer_state_away()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        var first = _world.Run;
        Write();
        var isFirst = true;
        _world.Host = _world.Host with
        {
            Disk = new FailingDisk(int.MaxValue, FailingDisk.NoSpace)
            {
                Before = path =>
                {
                    if (path == Page && isFirst)
                    {
                        // Between the reading and the renaming of one, another run ends, and its process writes the page.
                        isFirst = false;
                        Assert.IsTrue(_world.Loop(NewRun));
                    }
                },
            },
        };

        OverviewCommand.LivePage.Write(_world.Context(), first);

        Assert.IsFalse(isFirst);
        StringAssert.Contains(Row(_world.Run.Id.Value), "COMPLETED");
        StringAssert.Contains(Row(first.Id.Value), "COMPLETED");
    }

    [TestMethod]
    public void A_page_that_cannot_be_written_is_a_warning_and_the_run_continues()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        Write();
        var before = Text();
        _world.Host = _world.Host with { Disk = new FailingDisk(1, FailingDisk.NoSpace) { Only = "index.html" } };

        Assert.IsTrue(_world.Loop(NewRun), string.Join("; ", _world.Reported));

        Assert.AreEqual("MATTER5005", _world.Reported.Single().Code.ToString());
        StringAssert.StartsWith(_world.Reported.Single().Message, "The page of all runs is not up to date: ");
        Assert.AreEqual("a=COMPLETED", _world.States());
        Assert.AreEqual(before, Text());
    }

    [TestMethod]
    public void One_run_and_all_runs_exclude_each_other()
    {
        _world.Task("a", "true");
        Assert.IsTrue(ReportCommand.Execute(_world.Context(new RunArguments { All = true })).Success, "there is no run yet");
        StringAssert.Contains(_world.Said[^1], "No run in ");
        Assert.IsFalse(Directory.Exists(_world.Workspace.RunsDirectory));
        Assert.IsTrue(_world.Loop());

        Assert.IsFalse(ReportCommand.Execute(_world.Context(new RunArguments { All = true, RunId = _world.Run.Id.Value })).Success);

        Assert.AreEqual("MATTER3010", _world.Reported.Single().Code.ToString());
    }

    [TestMethod]
    public void Runs_of_earlier_versions_are_rows_like_others()
    {
        var runs = _world.In("campaign/runs");
        Directory.CreateDirectory(runs);
        var versions = Directory.GetDirectories(Path.Combine(Repository.Folder, "tests", "fixtures", "runs"));
        foreach (var version in versions)
        {
            var run = Directory.GetDirectories(version).Single();
            Copy(run, Path.Combine(runs, Path.GetFileName(run)));
        }

        Write();

        Assert.IsGreaterThanOrEqualTo(7, versions.Length);
        Assert.AreEqual("0", ReportCommand.Execute(_world.Context(new RunArguments { All = true })).Items.Single().Metadata["unreadable"]);
    }

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Append(from))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private void Write()
    {
        _world.Reported.Clear();
        Assert.IsTrue(ReportCommand.Execute(_world.Context(new RunArguments { All = true })).Success, string.Join("; ", _world.Reported));
    }

    // As if nothing had happened for an hour.
    private void Age()
    {
        foreach (var run in new RunsFolder(_world.Workspace.RunsDirectory).ListRuns())
        {
            foreach (var file in Directory.GetFiles(run.Path, "*", SearchOption.AllDirectories))
            {
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
            }
        }
    }

    private string Text() => File.ReadAllText(Page);

    private string Row(string run)
    {
        var page = Text();
        var at = page.IndexOf($"data-key=\"run\" data-sort=\"{run}\"", StringComparison.Ordinal);
        Assert.IsGreaterThan(0, at, "no row of " + run);
        return page[page.LastIndexOf("<tr", at, StringComparison.Ordinal)..page.IndexOf("</tr>", at, StringComparison.Ordinal)];
    }

    private string Cell(string run, string key)
    {
        var row = Row(run);
        var at = row.IndexOf($"<td data-key=\"{key}\"", StringComparison.Ordinal);
        return row[at..row.IndexOf("</td>", at, StringComparison.Ordinal)];
    }

    [GeneratedRegex("<script>")]
    private static partial Regex Scripts();
}
