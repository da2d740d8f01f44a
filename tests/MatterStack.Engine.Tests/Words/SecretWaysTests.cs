using System.Text;
using System.Text.Json;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Operators;
using MatterStack.Engine.Tests.Operators.Web;

namespace MatterStack.Engine.Tests.Words;

/// <summary>What wiring refers to comes back on many ways, and is found in no file of ours and on no console.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SecretWaysTests
{
    private const string Canary = "c4n4ry/7f3e+\"secret";

    private static readonly string[] Forms =
    [
        Canary,
        Uri.EscapeDataString(Canary),
        JsonEncodedText.Encode(Canary).Value,
        Canary.Replace("\"", "\\\"", StringComparison.Ordinal),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary)).TrimEnd('='),
    ];

    [TestMethod]
    [DataRow("printf %s \"$T\" >&2", DisplayName = "as it is")]
    [DataRow("printf %s \"$T\" | base64 >&2", DisplayName = "in base64")]
    [DataRow("head -c 290 /dev/zero | tr '\\0' x >&2; printf %s \"$T\" >&2", DisplayName = "where words are cut")]
    [DataRow("printf %s \"$T\" | sed 's/7/7\\n  /' >&2", DisplayName = "over lines")]
    [DataRow("echo \"$T\"", DisplayName = "on the standard output")]
    public void The_command_of_a_hook(string says)
    {
        using var people = People(
            $$"""
            operators:
              local.default: { kind: local, backend: { type: local }, hooks: { on_completed: { command: {{JsonSerializer.Serialize(
                "T='${file:secret}'; " + says + "; exit 4"
            )}} } } }
            """
        );
        people.World.Task("a", "true");
        Assert.IsTrue(people.World.Loop());
        Assert.Contains("exit code 4", people.World.Query("SELECT outcome FROM hooks").Single()!);
        Check(people.World);
    }

    [TestMethod]
    public void The_webhook_of_a_hook()
    {
        using var service = new LocalService();
        using var people = People(
            $$"""
            operators:
              local.default: { kind: local, backend: { type: local }, hooks: { on_completed: { webhook: '{{service.Url}}/x', auth: '${file:secret}' } } }
            """
        );
        service.Fail("POST", new Fault.Reply(500, new string('y', 290) + Canary));
        people.World.Task("a", "true");
        Assert.IsTrue(people.World.Loop());
        Assert.Contains("HTTP 500", people.World.Query("SELECT outcome FROM hooks").Single()!);
        Check(people.World);
    }

    [TestMethod]
    public void The_interface_of_an_instrument()
    {
        foreach (
            var form in Forms
                .Select(f => JsonSerializer.Serialize(new { error = "no: " + f, message = new string('y', 295) + f }))
                .Append("plain " + Canary)
        )
        {
            foreach (var code in new[] { 401, 503 })
            {
                using var instrument = new Instrument();
                using var people = Asking(instrument);
                instrument.Fail("PUT", new Fault.Reply(code, form));
                people.World.Step();
                people.World.Step();
                Check(people.World);
            }
        }
    }

    [TestMethod]
    public void The_results_of_an_instrument()
    {
        using var instrument = new Instrument();
        using var people = Asking(instrument);
        people.World.Step();
        instrument.Complete(
            JsonSerializer.Serialize(
                new
                {
                    status = "COMPLETED",
                    data = new Dictionary<string, object>
                    {
                        ["said"] = Canary,
                        [Canary] = 1,
                        ["list"] = new object[] { "x" + Canary + "y", 7 },
                    },
                }
            )
        );
        Assert.IsTrue(people.World.Loop(), string.Join("; ", people.World.Reported));
        Assert.Contains("x***y", people.World.Query("SELECT results FROM attempts").Single()!);
        Check(people.World);
    }

    [TestMethod]
    public void The_text_of_a_scheduler_or_of_an_operator_of_ones_own()
    {
        foreach (var form in Forms)
        {
            using var people = People(
                """
                operators:
                  local.default: { kind: local, backend: { type: local } }
                  hpc.default: { kind: hpc, backend: { type: slurm, slurm: { env: { API_TOKEN: "${file:secret}" } } } }
                """
            );
            people.World.Host = people.World.Host with
            {
                Operators = (_, report) => new Telling(report, $"sbatch: error: {form} is unknown"),
            };
            foreach (var id in Enumerable.Range(0, Telling.Ways))
            {
                people.World.Task("w" + id, "true", ("OperatorKey", "hpc.default"));
            }

            people.World.Step();
            people.World.Step();
            Assert.Contains(
                "sbatch: error: *** is unknown",
                string.Join("; ", people.World.Query("SELECT reason FROM tasks")) + string.Join("; ", people.World.Reported)
            );
            Check(people.World);
        }
    }

    [TestMethod]
    public void The_end_of_a_log_stays_with_the_task_and_is_shown_without_it()
    {
        using var people = People(
            """
            operators:
              local.default: { kind: local, backend: { type: local } }
              hpc.default: { kind: hpc, backend: { type: slurm, slurm: { env: { API_TOKEN: "${file:secret}" } } } }
            """
        );
        people.World.Task("a", $"cat '{people.World.In("campaign/secret")}' >&2; exit 3");
        Assert.IsFalse(people.World.Loop());
        Assert.Contains("its last lines: ***", people.World.Reported[0].Message);
        Assert.AreEqual(Canary + "\n", File.ReadAllText(Path.Combine(people.Folder("a@1"), "stderr.log")));
        Check(people.World, "stderr.log");
    }

    private static PeopleWorld People(string wiring)
    {
        var people = new PeopleWorld(wiring);
        people.World.Write("campaign/secret", Canary + "\n");
        return people;
    }

    private static PeopleWorld Asking(Instrument instrument)
    {
        var people = People(
            $$"""
            operators:
              experiment.coater: { kind: experiment, api: { base_url: "{{instrument.Url}}", auth: "${file:secret}", poll_interval: "00:00:01" } }
            """
        );
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        return people;
    }

    private static void Check(CommandWorld world, string but = "nothing")
    {
        Assert.IsTrue(ExplainCommand.Execute(world.Context()).Success);
        Assert.IsTrue(CiReportCommand.Execute(world.Context()).Success);
        Assert.IsTrue(ReportCommand.Execute(world.Context()).Success);
        Assert.IsTrue(ExportEvidenceCommand.Execute(world.Context()).Success, string.Join("; ", world.Reported));
        foreach (var form in Forms)
        {
            foreach (var line in world.Said.Concat(world.Reported.Select(p => p.ToString())))
            {
                Assert.DoesNotContain(form, line);
            }

            foreach (
                var file in Directory
                    .EnumerateFiles(world.Run.Path, "*", SearchOption.AllDirectories)
                    .Where(f => Path.GetFileName(f) != but)
            )
            {
                Assert.IsLessThan(0, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)), $"{file} holds {form}");
            }
        }
    }

    // Says the same words in every way in which an operator can say something.
    private sealed class Telling(Action<Observation> report, string words) : AttemptOperator
    {
        public const int Ways = 8;

        public override void Observe(IReadOnlyList<AttemptRequest> live)
        {
            foreach (var request in live)
            {
                Start(request);
            }
        }

        public override void Start(AttemptRequest request)
        {
            var (id, at) = (request.Attempt, DateTimeOffset.UtcNow);
            report(
                request.TaskId.Value switch
                {
                    "w0" => new Observation.Submitted(id, at, "7", words),
                    "w1" => new Observation.NotStarted(id, at, words),
                    "w2" => new Observation.WaitingExternally(id, at, words),
                    "w3" => new Observation.Exited(id, at, new AttemptEnd { ExitCode = 1, EndedBy = words }),
                    "w4" => new Observation.Exited(id, at, new AttemptEnd { ExitCode = 0, CollectionProblem = words }),
                    "w5" => new Observation.Exited(
                        id,
                        at,
                        new AttemptEnd
                        {
                            ExitCode = 1,
                            Answer = words,
                            AnsweredBy = words,
                            EndedBy = words,
                        }
                    ),
                    "w6" => new Observation.Unreachable(id, at, words),
                    _ => new Observation.Started(id, at, "8"),
                }
            );
            if (request.TaskId.Value == "w7")
            {
                report(new Observation.StatusNote(id, at, words));
            }
        }

        public override void Cancel(AttemptRequest request, string reason) { }
    }
}
