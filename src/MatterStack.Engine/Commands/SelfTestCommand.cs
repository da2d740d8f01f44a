using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Runs a small campaign in a temporary folder, to show whether this machine can run campaigns.</summary>
internal static class SelfTestCommand
{
    public static CommandResult Execute(ICommandLog log, EngineHost host, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("matterstack-selftest-").FullName;
        try
        {
            var project = Path.Combine(folder, "selftest.proj");
            File.WriteAllText(project, "<Project />");
            File.WriteAllText(Path.Combine(folder, "numbers.txt"), "1 2 3\n");
            var workspace = new Workspace("selftest", project, Path.Combine(folder, "runs"), Path.Combine(folder, "operators.yaml"));
            var context = new CommandContext(workspace, new RunArguments(), log, host);
            var source = new CampaignSource(DeclareTasks(), null);
            var result = context.RunGuarded(() =>
            {
                // A step starts the work and ends while the work continues; a loop then collects it.
                var stepped = TickCommand.Step(context, source);
                var looped = stepped.Success ? TickCommand.Loop(context, source, cancel) : stepped;
                return looped.Success && CheckRun(context, log) ? ExportEvidenceCommand.Execute(context) : CommandResult.Failed;
            });
            log.Info(result.Success ? "Self-test passed: this machine runs campaigns" : "Self-test FAILED");
            return result with { Items = [] };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool CheckRun(CommandContext context, ICommandLog log)
    {
        using var reader = new RunReader(context.Runs.ListRuns()[^1]);
        var results = reader.ReadAttemptsOf("sum").FirstOrDefault(a => a.State == AttemptStatus.Completed)?.Results;
        if (reader.State == RunState.Completed && results == "{\"sum\": 6}")
        {
            return true;
        }

        log.Report(
            Problem.Create(
                RunCodes.RunFailed,
                $"The self-test's run is {reader.RunRow.State.ToText()} with the result {results ?? "none"} instead of a sum of 6"
            )
        );
        return false;
    }

    private static List<DeclaredTask> DeclareTasks() =>
        [
            DeclareTask(
                "split",
                "for n in $(cat numbers.txt); do echo \"$n\" > \"part_$n.txt\"; done",
                ("Files", "numbers.txt"),
                ("Outputs", "part_*.txt")
            ),
            DeclareTask("flaky", "[ \"$MATTERSTACK_ATTEMPT_INDEX\" -gt 1 ]", ("MaxAttempts", "2")),
            DeclareTask(
                "sum",
                "s=0; for f in deps/split/part_*.txt; do s=$((s + $(cat \"$f\"))); done; printf '{\"sum\": %s}' \"$s\" > results.json",
                ("DependsOn", "split;flaky"),
                ("Outputs", "results.json")
            ),
        ];

    private static DeclaredTask DeclareTask(string id, string command, params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        var all = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase) { ["Command"] = [command] };
        foreach (var (name, value) in metadata)
        {
            all[name] = TaskFields.IsList(name) ? value.Split(';') : [value];
        }

        return new DeclaredTask(id, all);
    }
}
