using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A campaign of 20 items and a class that plans three iterations, with staged files, outputs, results, retries, failures that are
/// allowed, tasks that are skipped for them, and an override in its middle.</summary>
internal static class FaultCampaign
{
    /// <summary>What the class remembers: of each iteration what came out, and a number drawn.</summary>
    public sealed record Seen(int Iterations, string Words, SeededRandom Random);

    /// <summary>Plans two iterations more; the last one's tasks depend on tasks of the first, and stage files.</summary>
    private sealed class Planner : Campaign<Seen>
    {
        public override Workflow? Plan(Seen? state) =>
            state?.Iterations switch
            {
                null =>
                [
                    new()
                    {
                        Id = "u0",
                        Command = Command("u0"),
                        Outputs = ["out.txt"],
                        DependsOn = ["t18"],
                    },
                ],
                1 =>
                [
                    new()
                    {
                        Id = "u1",
                        Command = Command("u1"),
                        Outputs = ["out.txt"],
                        DependsOn = ["u0", "t03"],
                        Files = ["late.txt"],
                    },
                    new()
                    {
                        Id = "u2",
                        Command = Command("u2"),
                        DependsOn = ["u1"],
                    },
                ],
                2 =>
                [
                    new()
                    {
                        Id = $"u{3 + state.Random.State % 2}",
                        Command = Command("u3"),
                        DependsOn = ["t07"],
                        AllowDependencyFailure = true,
                    },
                    new()
                    {
                        Id = "u5",
                        Command = "c",
                        DependsOn = ["t07"],
                    },
                ],
                _ => null,
            };

        public override Seen Analyze(Seen? state, TaskResults results)
        {
            state ??= new Seen(0, "", new SeededRandom { State = 5 });
            state.Random.NextBits();
            var words = string.Join(
                ' ',
                results.Select(r =>
                    $"{r.Id}={r.Outcome}{r.Attempts.Count}{(r.HasResult ? r.GetResult<Dictionary<string, string>>()["task"] : "")}"
                )
            );
            return state with
            {
                Iterations = state.Iterations + 1,
                Words = $"{state.Words}[{words}{(results.TryGet("u1", out var u1) ? u1.ReadText("out.txt") : "")}]",
            };
        }
    }

    public static int Tasks => 20;

    /// <summary>Declares it in a workspace.</summary>
    public static void Declare(CommandWorld world)
    {
        world.Write("campaign/in.txt", "input");
        world.Write("campaign/operators.yaml", Wiring(3));
        world.Write("override.yaml", Wiring(5));
        world.Write("campaign/late.txt", "late");
        DeclareTasks(world);
    }

    /// <summary>Declares its tasks and its class in a workspace that has the files.</summary>
    public static void DeclareTasks(CommandWorld world)
    {
        world.Class(new CampaignInMemory(() => new Planner()));
        for (var i = 0; i < Tasks; i++)
        {
            var name = Name(i);
            var metadata = new List<(string, string)>
            {
                ("Outputs", "out.txt"),
                ("OperatorKey", i % 3 == 0 ? "local.other" : "local.default"),
            };
            if (i is 0 or 1 or 2)
            {
                metadata.Add(("Files", "in.txt"));
            }

            if (i > 2)
            {
                metadata.Add(
                    (
                        "DependsOn",
                        i == 19 ? string.Join(';', Enumerable.Range(3, 12).Where(d => d is not (7 or 8)).Select(Name)) : Name(i / 2)
                    )
                );
            }

            metadata.AddRange(
                i switch
                {
                    3 => [("MaxAttempts", "3")],
                    5 => [("MaxAttempts", "3"), ("Carry", "state.txt=>before.txt")],
                    // What depends on it is skipped, but for one that runs nevertheless.
                    7 => [("MaxAttempts", "2"), ("AllowFailure", "true")],
                    15 => [("AllowDependencyFailure", "true")],
                    _ => Array.Empty<(string, string)>(),
                }
            );
            world.Task(name, Command(name), metadata.ToArray());
        }
    }

    /// <summary>Init, a step, and a loop that brings a new wiring.</summary>
    public static void Move(CommandWorld world)
    {
        _ = world.Init() && world.Step() && world.Loop(Override(world));
    }

    public static RunArguments Override(CommandWorld world) =>
        new()
        {
            OperatorsConfig = world.In("override.yaml"),
            ForceWiringOverride = true,
            OverrideReason = "more room",
        };

    public static int ExitCode(string task, int index) =>
        task switch
        {
            "t03" => index < 2 ? 1 : 0,
            "t05" => index < 3 ? 2 : 0,
            "t07" => 3,
            _ => 0,
        };

    /// <summary>What a command leaves in its work folder.</summary>
    public static IEnumerable<(string Path, string Content)> Leaves(string task, string folder)
    {
        yield return ("out.txt", task + File.Exists(Path.Combine(folder, "work", "in.txt")));
        yield return ("results.json", $$"""{"task": "{{task}}"}""");
        if (task == "t05")
        {
            var before = Path.Combine(folder, "work", "before.txt");
            yield return ("state.txt", (File.Exists(before) ? File.ReadAllText(before) : "") + "x");
        }
    }

    /// <summary>What must be the same however often the run was interrupted.</summary>
    /// <remarks>Without what the kernel did to others on this machine meanwhile.</remarks>
    public static string EndState(CommandWorld world) =>
        Regex.Replace(
            string.Join(
                '\n',
                world
                    .Query("SELECT state FROM runs")
                    .Concat(
                        world.Query(
                            "SELECT iteration || ' ' || state || ' ' || tasks || ' ' || completed FROM iterations ORDER BY iteration"
                        )
                    )
                    .Concat(
                        world.Query(
                            """
                            SELECT t.task_id || ' ' || t.state || ' attempts=' || t.attempts || ' states=' || coalesce((SELECT group_concat(a.state || coalesce(':' || a.exit_code, '')) FROM attempts a WHERE a.task_id = t.task_id), '')
                                || ' reason=' || coalesce(t.reason, '') || ' results=' || coalesce((SELECT group_concat(results) FROM attempts a WHERE a.task_id = t.task_id), '')
                                || ' outputs=' || coalesce((SELECT group_concat(o.path || '=' || o.sha256) FROM outputs o JOIN attempts a ON a.attempt_id = o.attempt_id WHERE a.task_id = t.task_id), '')
                                || ' carried=' || coalesce((SELECT group_concat(one) FROM (SELECT c.path || '=' || c.sha256 || '@' || o.attempt_index || ' ' || coalesce(a.not_carried, '') AS one FROM carried_files c JOIN attempts a USING (attempt_id) JOIN attempts o ON o.attempt_id = c.origin_attempt_id WHERE a.task_id = t.task_id ORDER BY a.attempt_index)), '')
                            FROM tasks t ORDER BY t.seq
                            """
                        )
                    )
            ),
            @" \(the kernel ended a process of this machine for lack of memory meanwhile[^)]*\)",
            ""
        );

    /// <summary>The run holds together, is settled, and each command was executed once for each attempt whose result was not
    /// known.</summary>
    public static void AssertSound(CommandWorld world, IReadOnlyDictionary<string, int> executed, string when)
    {
        var problems = RunChecker.CheckFolder(world.Run);
        Assert.IsEmpty(problems, when + ": " + string.Join(Environment.NewLine, problems));
        foreach (
            var row in world.Query(
                "SELECT task_id || ' ' || attempts || ' ' || (SELECT count(*) FROM attempts a WHERE a.task_id = t.task_id AND a.state <> "
                    + "'FAILED_INIT' AND a.cached_from IS NULL) FROM tasks t"
            )
        )
        {
            var parts = row!.Split(' ');
            Assert.AreEqual(
                parts[2],
                executed.GetValueOrDefault(parts[0]).ToString(CultureInfo.InvariantCulture),
                $"{when}: executions of {parts[0]}, which has {parts[1]} attempts"
            );
        }

        var before = File.ReadAllBytes(world.Run.StoreFile);
        world.Step();
        CollectionAssert.AreEqual(before, File.ReadAllBytes(world.Run.StoreFile), when + ": a settled run was written to");
    }

    private static string Wiring(int room) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"operators:\n  local.default: {{ kind: local, max_concurrent: {room} }}\n  local.other: {{ kind: local, max_concurrent: 2 }}\n"
        );

    private static string Name(int i) => "t" + i.ToString("00", CultureInfo.InvariantCulture);

    // For real processes: does what ExitCode and Leaves say.
    private static string Command(string name)
    {
        var fails = name switch
        {
            "t03" => "[ $MATTERSTACK_ATTEMPT_INDEX -lt 2 ] && exit 1",
            "t05" => "[ $MATTERSTACK_ATTEMPT_INDEX -lt 3 ] && exit 2",
            "t07" => "exit 3",
            _ => ":",
        };
        return $$"""
            [ -z "$STARTS" ] || echo $MATTERSTACK_TASK_ID $MATTERSTACK_ATTEMPT_ID >> "$STARTS"
            {{(name == "t05" ? "printf '%sx' \"$(cat before.txt 2>/dev/null)\" > state.txt" : ":")}}
            {{fails}}
            [ -e in.txt ] && printf {{name}}True > out.txt || printf {{name}}False > out.txt
            printf '{"task": "{{name}}"}' > results.json
            """;
    }
}
