using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>Random campaigns, caches, edits and selections: what a plan calls known is taken from the record or the cache, what it calls
/// run is executed, and what it calls none has no new attempt.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class PlannedIsDoneTests
{
    private const int Rounds = 5;
    private const string Held = "WAITING_EXTERNAL";

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void What_is_planned_is_what_the_next_loop_does(int group)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = group * 10; seed < (group + 1) * 10; seed++)
        {
            using var world = new CommandWorld(inMemory: true);
            new RandomWorkspace(world, new Random(seed), counts).Run($"seed {seed}");
        }

        // A test that never sees a group says nothing about it.
        foreach (var action in new[] { "known", "run", "unknown", "none" })
        {
            Assert.IsGreaterThan(5, counts.GetValueOrDefault(action), action);
        }
    }

    private sealed class RandomWorkspace(CommandWorld world, Random random, Dictionary<string, int> counts)
    {
        private readonly string[] _contents = new string[random.Next(3, 9)];

        public void Run(string seed)
        {
            world.Cache = new CacheSettings(world.In("cache"), random.Next(8) == 0 ? CacheMode.Off : CacheMode.ReadWrite);
            world.Host = world.Host with { Conducting = world.Host.Conducting with { Infrastructure = new(0) } };
            for (var i = 0; i < _contents.Length; i++)
            {
                Declare(i);
            }

            for (var round = 0; round < Rounds; round++)
            {
                Check($"{seed}, round {round}");
                Edit();
            }
        }

        private void Check(string when)
        {
            var arguments = new RunArguments
            {
                NewRun = random.Next(6) == 0,
                Select = random.Next(4) == 0 ? TaskSelection.Parse($"t{random.Next(_contents.Length)}").Value : null,
            };
            var before = FolderSnapshot.Read(world.Folder);
            var plan = world.Plan(arguments);
            Assert.AreEqual(before, FolderSnapshot.Read(world.Folder), when);
            Assert.IsTrue(plan.Success, $"{when}: {string.Join("; ", world.Reported)}");
            var isNew = !plan.Items[0].Metadata.ContainsKey("run_id");
            var known = isNew ? [] : Attempts(ended: true);

            world.Loop(arguments);

            Assert.AreEqual(isNew, plan.Items[0].Metadata.GetValueOrDefault("run_id") != world.Run.Id.Value, when);
            var all = Attempts(ended: false);
            foreach (var task in plan.Items.Where(item => item.Metadata["item"] == "task").Select(item => item.Metadata))
            {
                var (id, action) = (task["task_id"], task["action"]);
                counts[action] = counts.GetValueOrDefault(action) + 1;
                var made = all.Where(attempt => attempt.Task == id && !known.Contains(attempt)).ToList();
                var text = $"{when}: {id} was planned as {action} ({task["why"]}), and had [{string.Join(", ", made)}]; {world.States()}";
                switch (action)
                {
                    case "known":
                        Assert.IsTrue(made.All(attempt => attempt.IsCached), text);
                        Assert.AreEqual(task["cause"] == "RECORDED" ? 0 : 1, made.Count, text);
                        Assert.Contains(id + "=COMPLETED", world.States(), text);
                        break;
                    case "run":
                        Assert.IsTrue(made.Exists(attempt => !attempt.IsCached), text);
                        break;
                    case "none":
                        Assert.IsEmpty(made, text);
                        break;
                    default:
                        Assert.AreEqual("unknown", action, text);
                        break;
                }
            }
        }

        private List<(string Task, string Attempt, bool IsCached)> Attempts(bool ended) =>
            [
                .. world
                    .Query(
                        "SELECT task_id || ' ' || attempt_id || ' ' || (cached_from IS NOT NULL) FROM attempts"
                            + (ended ? " WHERE ended_at_utc IS NOT NULL" : "")
                    )
                    .Select(row => row!.Split(' '))
                    .Select(parts => (parts[0], parts[1], parts[2] == "1")),
            ];

        private void Declare(int i)
        {
            var dependencies = Enumerable.Range(0, i).Where(_ => random.NextDouble() < 1.6 / i).Select(d => $"t{d}").ToList();
            var metadata = new List<(string, string)>();
            if (dependencies.Count > 0)
            {
                metadata.Add(("DependsOn", string.Join(';', dependencies)));
            }

            if (random.Next(4) > 0)
            {
                metadata.Add(("Outputs", "out"));
            }

            Add(5, "AllowDependencyFailure", "true");
            Add(6, "AllowFailure", "true");
            Add(12, "Cache", "false");
            Add(4, "MaxAttempts", "2");
            Add(8, "OnFailure", "hold");
            Add(20, "Cores", "9");
            Add(3, "Files", Write(i));
            _contents[i] = random.Next(3).ToString(CultureInfo.InvariantCulture);
            var failure = random.Next(7) == 0 ? "exit 1; " : "";
            // Also an output that does not depend on the inputs: then a dependent's result stays known although this task runs.
            var output = random.Next(3) == 0 ? "echo same > out" : $"cat deps/*/* *.in 2> /dev/null > out; echo {_contents[i]} >> out";
            world.Task($"t{i}", $"{failure}{output}; chmod {(random.Next(2) == 0 ? "+x" : "-x")} out", [.. metadata]);

            void Add(int odds, string name, string value)
            {
                if (random.Next(odds) == 0)
                {
                    metadata.Add((name, value));
                }
            }
        }

        private string Write(int i)
        {
            world.Write($"campaign/f{i}.in", random.Next(3).ToString(CultureInfo.InvariantCulture));
            return $"f{i}.in";
        }

        private void Edit()
        {
            // An end on purpose in the middle: intended attempts, ready tasks and outputs of a run that goes on.
            if (world.States().Contains(Held, StringComparison.Ordinal))
            {
                Answer();
                return;
            }

            switch (random.Next(6))
            {
                case 0:
                    // Nothing: the run has ended, and stays so.
                    break;
                case 1:
                    _ = Request(RequestKind.Revive, new());
                    break;
                case 2:
                    _ = Request(
                        RequestKind.Rerun,
                        new() { TaskId = $"t{random.Next(_contents.Length)}", Downstream = random.Next(2) == 0 }
                    );
                    break;
                case 3:
                    Prune();
                    break;
                default:
                    // Tasks are declared anew, in their order.
                    for (var i = 0; i < _contents.Length; i++)
                    {
                        if (random.Next(3) == 0)
                        {
                            Declare(i);
                        }
                    }

                    break;
            }
        }

        private void Answer()
        {
            var held = world.Query($"SELECT task_id FROM tasks WHERE state = '{Held}'")[0];
            var decision = random.Next(2) == 0 ? "retry" : "give_up";
            Assert.IsTrue(
                RespondCommand.Execute(world.Context(new() { TaskId = held, Decision = decision }), CancellationToken.None).Success,
                string.Join("; ", world.Reported)
            );
        }

        private bool Request(RequestKind kind, RunArguments arguments)
        {
            var isDone = RequestCommand.Execute(world.Context(arguments), kind, CancellationToken.None).Success;
            world.Reported.Clear();
            return isDone;
        }

        private void Prune()
        {
            var entries = world.In("cache/entries");
            foreach (var file in Directory.Exists(entries) ? Directory.GetFiles(entries, "*", SearchOption.AllDirectories) : [])
            {
                if (random.Next(3) == 0)
                {
                    File.Delete(file);
                }
            }
        }
    }
}
