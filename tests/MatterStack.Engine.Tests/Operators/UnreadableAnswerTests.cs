using System.Diagnostics;
using System.Text;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Operators.Web;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>Answers and results that cannot be read: the attempt waits or fails with file, place and word, and nothing else
/// happens.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed partial class UnreadableAnswerTests
{
    private static readonly (string File, string Task, (string, string)[] Metadata)[] Asked =
    [
        ("response.json", "ask", [("OperatorKey", "human.default")]),
        ("experiment_result.json", "coat", [("OperatorKey", "experiment.coater")]),
        ("status.json", "carry", [("OperatorKey", "manual_hpc.default")]),
    ];

    public static IEnumerable<object[]> Unreadable =>
        [
            [
                "latin-1",
                Bytes("{\"status\": \"COMPLETED\", \"data\": {\"n\":\"caf\u00E9\"}}", Encoding.Latin1),
                "is not valid JSON: line 1, column 42: byte 0xE9 is not UTF-8 ('caf\\xE9', byte 42)",
            ],
            [
                "half of a pair",
                Bytes("{\"status\": \"COMPLETED\",\n \"data\": {\"n\": \"\\ud800\"}}"),
                "is not valid JSON: line 2, column 17: '\\ud800' is one half of a surrogate pair",
            ],
            [
                "half of a pair in a name",
                Bytes("{\"status\": \"COMPLETED\", \"data\": {\"\\udead\": 1}}"),
                "'\\udead' is one half of a surrogate pair",
            ],
            ["half of a pair in its state", Bytes("{\"status\": \"\\ud800\"}"), "'\\ud800' is one half of a surrogate pair"],
            ["too deep", Bytes("{\"status\": \"COMPLETED\", \"data\": " + Nested(65) + "}"), "is nested more than 65 levels deep"],
            [
                "a name twice",
                Bytes("{\"status\": \"COMPLETED\", \"status\": \"FAILED\"}"),
                "the name \"status\" occurs twice in one object",
            ],
            ["infinite", Bytes("{\"status\": \"COMPLETED\", \"data\": {\"e\": 1e999}}"), "the number 1e999 is out of range"],
            ["not a number", Bytes("{\"status\": \"COMPLETED\", \"data\": {\"e\": NaN}}"), "column 39: 'NaN' is not a JSON number"],
            ["UTF-16", Bytes("\uFEFF{\"status\": \"COMPLETED\"}", Encoding.Unicode), "it is UTF-16; write it as UTF-8"],
            ["empty", Array.Empty<byte>(), "is not valid JSON: it is empty"],
            ["cut", Bytes("{\"status\": \"COMP"), "is not valid JSON: line 1, column 17: it ends too early"],
            ["zeros", new byte[4096], "line 1, column 1: '\\u0000' is not allowed here"],
        ];

    [TestMethod]
    [DynamicData(nameof(Unreadable))]
    public void An_answer_that_cannot_be_read_leaves_its_attempt_waiting_and_everybody_sees_why(string what, byte[] content, string why)
    {
        using var people = new PeopleWorld();
        foreach (var (_, task, metadata) in Asked)
        {
            people.World.Task(task, "true", metadata);
        }

        people.World.Step();
        foreach (var (file, task, _) in Asked)
        {
            Answer(people, $"{task}@1", file, content);
        }

        Assert.IsTrue(people.World.Step(), what);

        var told = ExplainCommand.Execute(people.World.Context()).Items.ToDictionary(i => i.Identity, i => i.Metadata["reason"]);
        foreach (var (file, task, _) in Asked)
        {
            Assert.AreEqual("WAITING_EXTERNAL", people.State(task), what);
            Assert.Contains($"; {file} ", people.Reason(task)!);
            Assert.Contains(why, people.Reason(task)!);
            Assert.Contains(why, told[task]!);
            people.Answer($"{task}@1", file, "{\"status\": \"COMPLETED\", \"data\": {}}");
        }

        Assert.IsTrue(people.World.Step());
        Assert.AreEqual("ask=COMPLETED coat=COMPLETED carry=COMPLETED", people.World.States(), "a right answer is still taken");
    }

    [TestMethod]
    [DynamicData(nameof(Unreadable))]
    public void Results_that_cannot_be_read_fail_their_attempt_and_no_other(string what, byte[] content, string why)
    {
        using var world = new CommandWorld();
        world.Write("campaign/bad.json", "");
        File.WriteAllBytes(world.In("campaign/bad.json"), content);
        world
            .Task("bad", "cp bad.json results.json", ("Files", "bad.json"))
            .Task("good", "echo '{\"n\": 1}' > results.json")
            .Task("after", "true", ("DependsOn", "bad"));

        Assert.IsFalse(world.Loop());

        Assert.AreEqual("bad=FAILED good=COMPLETED after=SKIPPED", world.States(), what);
        var reason = world.Query("SELECT reason FROM tasks WHERE task_id = 'bad'").Single()!;
        Assert.Contains("results.json is not valid JSON: ", reason);
        Assert.Contains(why.Replace("65 levels", "64 levels", StringComparison.Ordinal), reason);
        Assert.IsTrue(
            RequestCommand.Execute(world.Context(), RequestKind.Revive, CancellationToken.None).Success,
            "the run can still be moved"
        );
        Assert.IsFalse(world.Loop());
        Assert.IsTrue(ExportEvidenceCommand.Execute(world.Context()).Success);
        Assert.IsTrue(VerifyEvidenceCommand.Execute(world.Context()).Success, string.Join("; ", world.Reported));
    }

    [TestMethod]
    [DynamicData(nameof(Unreadable))]
    public void An_instrument_whose_answer_cannot_be_read_is_waited_for_with_the_reason(string what, byte[] content, string why)
    {
        using var instrument = new Instrument();
        using var people = new PeopleWorld(
            $$"""
            operators:
              experiment.coater: { kind: experiment, api: { base_url: "{{instrument.Url}}", poll_interval: "00:00:01" } }
            """
        );
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        instrument.Complete();
        instrument.Raw[instrument.Only] = content;

        people.World.Step();

        Assert.AreEqual("WAITING_EXTERNAL", people.State("coat"), what);
        Assert.Contains(content.Length == 0 ? "its answer is empty" : "sent an answer that is not a JSON object: ", people.Reason("coat")!);
        Assert.Contains(
            content.Length == 0 ? "" : why.Replace("is not valid JSON: ", "", StringComparison.Ordinal),
            people.Reason("coat")!
        );

        instrument.Raw.Clear();
        people.World.Step();
        Assert.AreEqual("COMPLETED", people.State("coat"), "it is asked again");
    }

    [TestMethod]
    public void What_is_as_deep_as_allowed_comes_from_everybody_and_goes_everywhere()
    {
        using var instrument = new Instrument();
        using var people = new PeopleWorld(
            $$"""
            operators:
              local.default: { kind: local, backend: { type: local } }
              human.default: { kind: human }
              experiment.folder: { kind: experiment }
              manual_hpc.default: { kind: manual_hpc }
              experiment.coater: { kind: experiment, api: { base_url: "{{instrument.Url}}", poll_interval: "00:00:01" } }
            """
        );
        var deep = Nested(JsonRule.MaxDataDepth);
        var answer = "{\"status\": \"COMPLETED\", \"data\": " + deep + "}";
        people.World.Write("campaign/deep.json", deep);
        people.World.Write("campaign/schema.json", "{\"type\": \"object\", \"required\": [\"a\"]}");
        people
            .World.Task("compute", "cp deep.json results.json", ("Files", "deep.json"))
            .Task("ask", "", ("OperatorKey", "human.default"), ("Files", "schema.json"), ("Parameters", deep))
            .Task("typed", "", ("OperatorKey", "human.default"))
            .Task("lab", "", ("OperatorKey", "experiment.folder"), ("Parameters", deep), ("Env", $"EXPERIMENT_CONFIG={deep}"))
            .Task("coat", "", ("OperatorKey", "experiment.coater"), ("Parameters", deep))
            .Task("all", "cat deps/*/results.json > all.txt", ("DependsOn", "compute;ask;typed;lab;coat"), ("Outputs", "all.txt"));
        people.World.Step();
        people.Answer("typed@1", "response.json", answer);
        people.Answer("lab@1", "experiment_result.json", answer);
        instrument.Complete(answer);
        Assert.IsTrue(people.Respond("ask", dataFile: people.World.In("campaign/deep.json")), string.Join("; ", people.World.Reported));

        Assert.IsTrue(people.World.Loop(), string.Join("; ", people.World.Reported));

        Assert.AreEqual(
            "compute=COMPLETED ask=COMPLETED typed=COMPLETED lab=COMPLETED coat=COMPLETED all=COMPLETED",
            people.World.States()
        );
        Assert.IsTrue(
            people.World.Query("SELECT results FROM attempts WHERE results IS NOT NULL").All(r => Squeezed(r!) == Squeezed(deep))
        );
        Assert.IsTrue(ExportEvidenceCommand.Execute(people.World.Context()).Success);
        Assert.IsTrue(VerifyEvidenceCommand.Execute(people.World.Context()).Success, string.Join("; ", people.World.Reported));
        Assert.IsTrue(ReportCommand.Execute(people.World.Context()).Success);
    }

    [TestMethod]
    public void Comments_that_a_person_typed_are_not_passed_on()
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("OperatorKey", "human.default"));
        people.World.Step();
        people.Answer("ask@1", "response.json", "{\"status\": \"COMPLETED\", // done\n \"data\": {\"x\": 1, /* nm */ \"y\": [2,],},}");

        Assert.IsTrue(people.World.Loop());

        Assert.AreEqual("{\"x\":1,\"y\":[2]}", people.World.Query("SELECT results FROM attempts").Single());
        Assert.AreEqual("{\"x\":1,\"y\":[2]}", File.ReadAllText(Path.Combine(people.Folder("ask@1"), "work", "results.json")));
    }

    [TestMethod]
    [DataRow("ln -s /etc/hostname results.json", "results.json is a link that leads out of the work folder")]
    [DataRow("ln -s /dev/zero results.json", "results.json is a link that leads out of the work folder")]
    [DataRow("ln -s nowhere results.json", "results.json is a link to nothing")]
    [DataRow("mkfifo results.json", "is not a regular file but a named pipe")]
    [DataRow("mkdir results.json", "is not a regular file but a folder")]
    public void Results_that_are_no_file_of_the_task_fail_their_attempt(string make, string why)
    {
        using var world = new CommandWorld();
        world.Task("bad", make).Task("good", "echo '{\"n\": 1}' > there.json; ln -s there.json results.json");

        Assert.IsFalse(world.Loop());

        Assert.AreEqual("bad=FAILED good=COMPLETED", world.States());
        Assert.Contains(why, world.Query("SELECT reason FROM tasks WHERE task_id = 'bad'").Single()!);
        Assert.AreEqual("{\"n\": 1}", world.Query("SELECT results FROM attempts WHERE task_id = 'good'").Single()!.Trim());
    }

    [TestMethod]
    [DataRow("mkfifo {0}", "is not a regular file but a named pipe")]
    [DataRow("ln -s /dev/zero {0}", "link that leads out of the attempt's folder")]
    [DataRow("mkdir {0}", "is not a regular file but a folder")]
    [DataRow("truncate -s 100G {0}", "is larger than 16 MiB")]
    public void What_is_no_file_in_the_place_of_an_answer_is_said_and_waited_over(string make, string why)
    {
        using var people = new PeopleWorld();
        foreach (var (_, task, metadata) in Asked)
        {
            people.World.Task(task, "true", metadata);
        }

        people.World.Task("gate", "", ("Kind", "Gate"));
        people.World.Step();
        foreach (var (file, task, _) in Asked.Append(("approved.txt", "gate", [])))
        {
            var path = Path.Combine(people.Folder($"{task}@1"), file);
            using var shell = Process.Start(
                "/bin/sh",
                ["-c", string.Format(System.Globalization.CultureInfo.InvariantCulture, make, path) + $"; touch -h -d '1 hour ago' {path}"]
            );
            shell.WaitForExit();
        }

        people.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsTrue(people.World.Step());

        foreach (var (file, task, _) in Asked)
        {
            Assert.AreEqual("WAITING_EXTERNAL", people.State(task));
            Assert.Contains($"{file} ", people.Reason(task)!);
            Assert.Contains(why, people.Reason(task)!);
        }

        // Of its words only the beginning is read, however many there are.
        Assert.AreEqual(make.StartsWith("truncate", StringComparison.Ordinal) ? "COMPLETED" : "WAITING_EXTERNAL", people.State("gate"));
    }

    [TestMethod]
    [DataRow("/dev/zero", "is not a regular file but a character device")]
    [DataRow("/dev/null", "is not a regular file but a character device")]
    [DataRow("/dev/tty", "is not a regular file but a character device")]
    [DataRow("{0}", "is not a regular file but a folder")]
    [DataRow("{0}/pipe", "is not a regular file but a named pipe")]
    [DataRow("{0}/large.json", "larger than 16 MiB")]
    [DataRow("{0}/none.json", "cannot be opened")]
    [DataRow("/proc/kmsg", "DataFile")]
    public void A_data_file_that_is_none_is_refused(string path, string why)
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("OperatorKey", "human.default"));
        people.World.Step();
        var folder = people.World.In("campaign");
        using var shell = Process.Start("/bin/sh", ["-c", $"mkfifo {folder}/pipe; truncate -s 100G {folder}/large.json"]);
        shell.WaitForExit();

        Assert.IsFalse(people.Respond("ask", dataFile: string.Format(System.Globalization.CultureInfo.InvariantCulture, path, folder)));

        Assert.AreEqual(RunCodes.InvalidAnswer, people.World.Reported.Single().Code);
        Assert.Contains(why, people.World.Reported.Single().ToString());
        Assert.IsFalse(File.Exists(Path.Combine(people.Folder("ask@1"), "response.json")));
    }

    [TestMethod]
    public void Wrong_data_are_reported_with_file_line_and_column()
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("OperatorKey", "human.default"));
        people.World.Step();
        var file = people.World.Write("campaign/answer.json", "{\"x\": 1,\n \"y\": NaN}");

        Assert.IsFalse(people.Respond("ask", dataFile: file));
        Assert.IsFalse(people.Respond("ask", data: "{\"x\": \"\\ud800\"}"));

        Assert.StartsWith(
            $"{file}(2,7): MATTER3017: The data are not valid JSON: 'NaN' is not a JSON number",
            people.World.Reported[0].ToString()
        );
        Assert.Contains("line 1, column 8: '\\ud800' is one half of a surrogate pair", people.World.Reported[1].ToString());
    }

    [TestMethod]
    [DataRow("{\"$ref\": \"#\"}", "the schema refers to itself")]
    [DataRow("{\"allOf\": [{\"$ref\": \"#\"}]}", "the schema refers to itself")]
    [DataRow(
        "{\"not\": {\"anyOf\": [{\"$ref\": \"#/definitions/a\"}]}, \"definitions\": {\"a\": {\"oneOf\": [{\"$ref\": "
            + "\"#/definitions/a\"}]}}}",
        "the schema refers to itself"
    )]
    [DataRow(
        "{\"properties\": {\"x\": {\"$ref\": \"http://127.0.0.1:1/x.json\"}}}",
        "refers to 'http://127.0.0.1:1/x.json', which is outside the schema"
    )]
    [DataRow("{\"properties\": {\"x\": {\"$ref\": \"/etc/passwd\"}}}", "refers to '/etc/passwd', which is outside the schema")]
    [DataRow("{\"$ref\": \"#/definitions/none\"}", "schema.json cannot be used")]
    [DataRow("{\"type\": \"\\ud800\"}", "schema.json is not valid JSON: line 1, column 11")]
    [DataRow("[]", "schema.json is not valid JSON: line 1, column 1: it is not a JSON object")]
    [DataRow("{\"properties\": {\"x\": {\"pattern\": \"(\"}}}", "schema.json cannot be used")]
    public void A_schema_that_cannot_be_used_is_said_to_who_answers(string schema, string why)
    {
        using var people = new PeopleWorld();
        people.World.Write("campaign/schema.json", schema);
        people.World.Task("ask", "", ("OperatorKey", "human.default"), ("Files", "schema.json"));
        people.World.Step();

        Assert.IsFalse(people.Respond("ask", data: "{\"x\": \"y\"}"));
        Assert.Contains(why, people.World.Reported.Single().Message);
        people.Answer("ask@1", "response.json", "{\"status\": \"COMPLETED\", \"data\": {\"x\": \"y\"}}");
        people.World.Step();

        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        Assert.Contains(why, people.Reason("ask")!);
    }

    [TestMethod]
    public void A_schema_that_leads_back_to_itself_through_the_data_is_used()
    {
        using var people = new PeopleWorld();
        people.World.Write(
            "campaign/schema.json",
            "{\"type\": \"object\", \"required\": [\"n\"], \"properties\": {\"below\": {\"$ref\": \"#\"}}}"
        );
        people.World.Task("ask", "", ("OperatorKey", "human.default"), ("Files", "schema.json"));
        people.World.Step();

        Assert.IsFalse(people.Respond("ask", data: "{\"n\": 1, \"below\": {\"n\": 2, \"below\": {}}}"));
        Assert.IsTrue(people.Respond("ask", data: "{\"n\": 1, \"below\": {\"n\": 2}}"), string.Join("; ", people.World.Reported));
    }

    private static void Answer(PeopleWorld people, string attempt, string file, byte[] content)
    {
        people.Answer(attempt, file, "");
        var path = Path.Combine(people.Folder(attempt), file);
        var written = File.GetLastWriteTimeUtc(path);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, written);
    }

    private static byte[] Bytes(string text, Encoding? encoding = null) => (encoding ?? Encoding.UTF8).GetBytes(text);

    private static string Nested(int levels) =>
        string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

    private static string Squeezed(string json) => string.Concat(json.Where(static c => !char.IsWhiteSpace(c)));
}
