using System.Runtime.CompilerServices;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports.Comparison;
using MatterStack.Engine.Reports.Tables;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Tables;

/// <summary>Rows of large runs are read one after the other and not kept.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LargeTableTests
{
    private const int Rows = 20_000;

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_table_of_many_rows_keeps_none_of_them_in_memory()
    {
        using var world = new CommandWorld();
        world.Task("t", "true");
        Assert.IsTrue(world.Init());
        // 40 MB of results.
        const string Numbers = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 20000)";
        var hash = new string('0', 64);
        world.Execute(
            $"""
            INSERT INTO attempts (attempt_id, task_id, attempt_index, state, operator_key, wiring_sha256, operator_sha256, created_at_utc,
                ended_at_utc, relative_path, results)
            {Numbers}
            SELECT 'a' || value, 't' || value, 1, 'COMPLETED', 'local.default', '{hash}', '{hash}', '2026-01-01T00:00:00.0000000Z',
                '2026-01-01T00:00:00.0000000Z', 'tasks/t', json_object('i', value, 'x', value / 7.0, 'text', hex(zeroblob(1000)) || value)
            FROM n;
            INSERT INTO tasks (task_id, state, operator_key, command, current_attempt_id, cores, max_attempts, allow_failure,
                allow_dependency_failure, definition)
            {Numbers}
            SELECT 't' || value, 'COMPLETED', 'local.default', 'true', 'a' || value, 1, 1, 0, 0, t.definition
            FROM n, tasks t WHERE t.seq = 0 OR t.task_id = 't';
            """
        );
        using var run = new TableRun(world.Run, null);
        var table = new ResultTable([run]);
        table.FindColumns();
        var probe = new MemoryProbe();

        table.Write(probe);

        Assert.AreEqual(Rows + 1, probe.Rows);
        Assert.IsLessThan(8L << 20, probe.Growth, "bytes of live objects between the first and the last rows");
    }

    [TestMethod]
    public void A_comparison_keeps_no_task()
    {
        var comparer = new RunComparer(null, new PartComparer(null, null));
        var kept = new List<WeakReference>();

        var found = comparer.Compare(CreateTasks(kept, "1"), CreateTasks(kept, "2")).Count();

        GC.Collect();
        Assert.AreEqual(Rows, found);
        Assert.IsLessThan(10, kept.Count(one => one.IsAlive), "tasks that are still in memory");
    }

    [TestMethod]
    public void A_name_of_its_own_for_each_task_is_an_error_and_not_a_table_without_end()
    {
        var columns = new TableColumns();

        var thrown = Assert.ThrowsExactly<ProblemException>(() =>
        {
            for (var i = 0; i <= TableColumns.MaxColumns; i++)
            {
                columns.Add("run", CreateRow(i));
            }
        });

        Assert.AreEqual("MATTER3098", thrown.Problems.Single().Code.Code);
    }

    private static TaskResultRow CreateRow(int index) =>
        new()
        {
            TaskId = TaskId.FromTrusted($"t{index}"),
            State = TaskState.Completed,
            Iteration = 0,
            OperatorKey = OperatorKey.FromTrusted("local.default"),
            Results = $$"""{"t{{index}}": 1}""",
        };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IEnumerable<ComparedTask> CreateTasks(List<WeakReference> kept, string value)
    {
        for (var i = 0; i < Rows; i++)
        {
            var task = new ComparedTask
            {
                TaskId = TaskId.FromTrusted($"t{i:00000}"),
                State = TaskState.Completed,
                OperatorKey = OperatorKey.FromTrusted("local.default"),
                Results = $$"""{"x": {{value}}}""",
                Definition = "{}",
                Outputs = "{}",
            };
            kept.Add(new WeakReference(task));
            yield return task;
        }
    }

    private sealed class MemoryProbe : ITableWriter
    {
        private long _early;

        public int Rows { get; private set; }

        public long Growth { get; private set; }

        public void Begin(TableColumns columns) { }

        public void WriteRow(ReadOnlySpan<ResultValue> values)
        {
            switch (++Rows)
            {
                case 1000:
                    _early = GC.GetTotalMemory(forceFullCollection: true);
                    break;
                case LargeTableTests.Rows:
                    Growth = GC.GetTotalMemory(forceFullCollection: true) - _early;
                    break;
            }
        }

        public void End() { }

        public void Dispose() { }
    }
}
