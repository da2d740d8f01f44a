using System.Text.RegularExpressions;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests;

/// <summary>Nothing that runs beside its caller lets an exception out, and nothing runs beside its caller but by way of
/// <see cref="Background"/>.</summary>
[TestClass]
public sealed class BackgroundTests
{
    private static readonly Regex Starts = new(
        @"new Thread\(|(?<!\w)Task\.Run\(|Task\.Factory|StartNew\(\(|new Timer\(|\.CreateTimer\(|ThreadPool\.|PosixSignalRegistration"
            + @"|\.ContinueWith\(|\basync void\b|Parallel\.(For|Invoke)|RegisterWaitForSingleObject"
            + @"|(oken|\bcancel|\bleaving|\bstop|\blimit)\.(Unsafe)?Register\(|UnhandledException \+=|CancelKeyPress|Console\.Cancel"
    );

    // Where somebody subscribes to events that come from a thread of the system.
    private static readonly Regex Subscribes = new(
        @"\.(Exited|OutputDataReceived|ErrorDataReceived|Changed|Created|Renamed|Deleted|Error|Elapsed"
            + @"|ProcessExit|UnhandledException|UnobservedTaskException) \+="
    );

    private static readonly string[] Guarded = ["AnswerWatcher.cs", "TerminationGuard.cs"];

    [TestMethod]
    public void Nothing_else_starts_a_thread_a_task_or_a_timer()
    {
        var found = Sources()
            .Where(s => s.Name != "Background.cs")
            .SelectMany(s =>
                Starts
                    .Matches(s.Code)
                    .Concat(Guarded.Contains(s.Name) ? [] : Subscribes.Matches(s.Code))
                    .Select(m => $"{s.Name}: {m.Value}")
            )
            .ToList();
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    [TestMethod]
    [DataRow("var x = new Thread(Work);")]
    [DataRow("_ = Task.Run(() => Go());")]
    [DataRow("private async void Go()")]
    [DataRow("_timer = clock.CreateTimer(_ => Go(), null, a, b);")]
    [DataRow("using var r = cancel.Register(Stop);")]
    [DataRow("patience.Token.Register(Stop)")]
    public void A_start_that_is_not_guarded_is_found(string code) => Assert.IsTrue(Starts.IsMatch(code));

    [TestMethod]
    public void An_exception_of_a_thread_is_reported_and_ends_nothing()
    {
        Exception? told = null;
        Background.StartThread("test", () => throw new NotSupportedException("on purpose"), e => told = e).Join();

        Assert.IsInstanceOfType<NotSupportedException>(told);
        // Nor does one of whoever is to tell of it.
        Background.StartThread("test", () => throw new NotSupportedException("on purpose"), e => throw e).Join();
    }

    [TestMethod]
    public void An_exception_of_a_task_is_reported_and_ends_nothing()
    {
        using var told = new CountdownEvent(3);
        Background.StartTask(
            async () =>
            {
                await Task.Yield();
                throw new NotSupportedException("on purpose");
            },
            _ => told.Signal()
        );
        Background.StartTask(() => Task.FromException(new NotSupportedException("on purpose")), _ => told.Signal());
        var awaited = Background.StartTask(new Action(() => throw new NotSupportedException("on purpose")), _ => told.Signal());

        Assert.IsTrue(told.Wait(TimeSpan.FromSeconds(30)));
        awaited.GetAwaiter().GetResult();
    }

    [TestMethod]
    public void An_exception_of_a_timer_is_reported_each_time_and_does_not_stop_it()
    {
        using var told = new CountdownEvent(3);
        using (
            Background.StartTimer(
                TimeProvider.System,
                () => throw new NotSupportedException("on purpose"),
                _ => Signal(),
                TimeSpan.Zero,
                TimeSpan.FromMilliseconds(1)
            )
        )
        {
            Assert.IsTrue(told.Wait(TimeSpan.FromSeconds(30)));
        }

        void Signal()
        {
            if (!told.IsSet)
            {
                told.Signal();
            }
        }
    }

    [TestMethod]
    public void Whoever_cancels_meets_no_exception_of_those_who_hear_of_it()
    {
        using var source = new CancellationTokenSource();
        var told = 0;
        using (Background.RegisterCancellation(() => throw new NotSupportedException("on purpose"), _ => told++, source.Token))
        {
            source.Cancel();
        }

        Assert.AreEqual(1, told);
    }

    [TestMethod]
    public void A_defect_names_class_message_and_place_in_one_line()
    {
        var problem = Fault.CreateProblem(Thrown(() => SpellingSuggestion.FindNearest("x", null!)), "the comparison");

        Assert.AreEqual("MATTER9001", problem.Code.Code);
        StringAssert.Matches(
            problem.Text,
            new Regex(
                @"^The comparison failed: ArgumentNullException: .* "
                    + @"\(in SpellingSuggestion\.FindNearest(, SpellingSuggestion\.cs line \d+)?\)\. Please report it"
            )
        );
        Assert.DoesNotContain("\n", Fault.CreateProblem(new InvalidOperationException("a\nb\r\nc"), "x").Text);
        Assert.IsLessThan(700, Fault.CreateProblem(new InvalidOperationException(new string('x', 100_000)), "x").Text.Length);
        Assert.AreEqual("MATTER9002", Fault.CreateProblem(new AggregateException(new InsufficientMemoryException()), "x").Code.Code);
    }

    [TestMethod]
    public void The_same_fault_is_reported_once()
    {
        var faults = new FaultLog();
        for (var i = 0; i < 1000; i++)
        {
            faults.RecordWarning(new NotSupportedException("on purpose"), "x");
        }

        Assert.HasCount(1, faults.DrainWarnings());
        Assert.IsEmpty(faults.DrainWarnings());
        Assert.IsLessThan(100, faults.DrainDetails().Count);
    }

    private static Exception Thrown(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            return e;
        }

        throw new AssertFailedException("nothing was thrown");
    }

    private static IEnumerable<(string Name, string Code)> Sources() =>
        new[] { "MatterStack.Engine", "MatterStack.Build" }
            .SelectMany(p => Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src", p), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(f => (Path.GetFileName(f), Regex.Replace(File.ReadAllText(f), @"^\s*//.*$", "", RegexOptions.Multiline)));
}
