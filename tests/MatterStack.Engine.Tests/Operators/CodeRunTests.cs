using System.Text;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>Codes and launchers in real attempts of this machine: the order of the script, secrets, versions, fingerprints.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CodeRunTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_launcher_and_its_code_get_the_numbers_and_variables_of_task_and_code()
    {
        var launcher = Program("start", """echo "$1" > ranks; shift; exec "$@" """);
        var program = Program("solve", """echo "$A $B $C $D $*" > out""");
        Wire(
            $$"""
            launchers: { mpi: "{{launcher}} {ranks}x{cores}" }
            codes:
              solver: { command: "{{program}} -k on", launcher: mpi, env: { A: "code", B: "code", C: "it's" }, setup: ["export D=$A", "export B=setup"] }
            operators: { local.default: {} }
            """
        );
        _world.Task("t", "{code:solver} -in 'a b'", ("Ranks", "3"), ("Cores", "2"), ("Env", "A=task"), ("Outputs", "out;ranks"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("task setup it's task -k on -in a b\n", File.ReadAllText(_world.Attempt("t@1/work/out")));
        Assert.AreEqual("3x2\n", File.ReadAllText(_world.Attempt("t@1/work/ranks")));
    }

    [TestMethod]
    public void A_task_without_codes_has_the_same_script_with_and_without_codes_in_the_wiring()
    {
        _world.Task("t", "echo a > out", ("Outputs", "out"));
        Wire("operators: { local.default: {} }");
        Assert.IsTrue(_world.Loop());
        var plain = Script("t@1");
        Wire("codes: { a: { command: b, version: c, setup: [d] } }\noperators: { local.default: {} }");
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }));

        Assert.AreEqual(plain, Script("t@1"));
    }

    [TestMethod]
    public void A_secret_of_a_code_reaches_its_command_and_no_file()
    {
        _world.Write("campaign/key", "hunter2\n");
        Wire(
            """
            codes: { solver: { command: "printenv LICENCE_TOKEN", env: { LICENCE_TOKEN: "${file:key}", B: "$${x}" } } }
            operators: { local.default: {} }
            """
        );
        _world.Task("t", "{code:solver} | wc -c > out; printenv B >> out", ("Outputs", "out"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual(
            "8 ${x}",
            string.Join(' ', File.ReadAllText(_world.Attempt("t@1/work/out")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        );
        foreach (var file in Directory.EnumerateFiles(_world.Run.Path, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("hunter2", File.ReadAllText(file), file);
        }
    }

    [TestMethod]
    public void A_secret_that_is_not_there_fails_the_attempt_before_its_command()
    {
        Wire("codes: { x: { command: touch ran, env: { A_TOKEN: '${file:nowhere}' } } }\noperators: { local.default: {} }");
        _world.Task("t", "{code:x}");

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("FAILED_INIT", _world.Query("SELECT state FROM attempts").Single());
        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single(), "MATTER1022: The file");
    }

    [TestMethod]
    public void The_version_is_determined_once_in_a_run_and_recorded_with_each_attempt()
    {
        var count = _world.In("count");
        Wire(
            $$"""
            codes:
              solver: { command: "true", version: "echo x >> '{{count}}'; echo 'Solver 2.1'; echo more" }
              other: { command: "true" }
            operators: { local.default: {} }
            """
        );
        _world.Task("a", "{code:solver}").Task("b", "{code:solver} && {code:other}", ("DependsOn", "a")).Task("c", "true");

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("x\n", File.ReadAllText(count));
        CollectionAssert.AreEqual(
            (string[])["a solver Solver 2.1", "b other ", "b solver Solver 2.1"],
            _world.Query(
                "SELECT a.task_id || ' ' || c.code || ' ' || coalesce(c.version, '') FROM attempt_codes c JOIN attempts a "
                    + "USING (attempt_id) ORDER BY a.seq, c.code"
            )
        );
        CollectionAssert.AreEqual((string[])["64"], _world.Query("SELECT DISTINCT length(code_sha256) || '' FROM attempt_codes"));
    }

    [TestMethod]
    public void Operators_that_share_the_runs_folder_determine_the_version_each()
    {
        Wire(
            """
            codes: { solver: { command: "true", version: "cat ../../../../site || echo first; echo second > ../../../../site" } }
            operators: { local.default: {}, local.other: {} }
            """
        );
        _world.Task("a", "{code:solver}").Task("b", "{code:solver}", ("OperatorKey", "local.other"), ("DependsOn", "a"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        CollectionAssert.AreEqual(
            (string[])["a first", "b second"],
            _world.Query("SELECT a.task_id || ' ' || c.version FROM attempt_codes c JOIN attempts a USING (attempt_id) ORDER BY a.seq")
        );
    }

    [TestMethod]
    [DataRow("exit 3", null)]
    [DataRow("echo 1.0; exit 3", null)]
    [DataRow("true", null)]
    [DataRow("echo", null)]
    [DataRow("nosuchprogram --version", null)]
    [DataRow("echo a; echo b", "a")]
    [DataRow("printf 'a\\001\\002\\377b'", "ab")]
    [DataRow("printf 'no end'", "no end")]
    [DataRow("head -c 1000000 /dev/zero | tr '\\0' x", "x*512")]
    [DataRow("echo 1; head -c 1000000 /dev/zero", "1")]
    [DataRow("cat; echo 2", "2")]
    [DataRow("echo '$HOME `x` \"'", "$HOME `x` \"")]
    [DataRow("set -e; false; echo 3", null)]
    public void A_version_is_one_line_or_none_and_never_fails_a_task(string command, string? expected)
    {
        Wire(
            $$"""
            codes: { x: { command: "true", setup: ["set -eu"], version: {{System.Text.Json.JsonSerializer.Serialize(command)}} } }
            operators: { local.default: {} }
            """
        );
        _world.Task("t", "{code:x} > out", ("Outputs", "out"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual(expected == "x*512" ? new string('x', 512) : expected, _world.Query("SELECT version FROM attempt_codes").Single());
        Assert.AreEqual("", File.ReadAllText(_world.Attempt("t@1/stderr.log")));
    }

    [TestMethod]
    [DataRow(0, null)]
    [DataRow(10, "1.0")]
    public void A_version_that_another_attempt_determines_is_not_waited_for_unless_that_attempt_died(int minutes, string? expected)
    {
        const string wiring = "codes: { x: { command: 'true', version: 'echo 1.0' } }\noperators: { local.default: {} }\n";
        Wire(wiring);
        _world.Task("t", "{code:x}");
        Assert.IsTrue(_world.Init());
        var codes = OperatorsFile
            .Parse(Encoding.UTF8.GetBytes(wiring), "operators.yaml", Schedulers.Schema, null)
            .GetValueOrThrow()
            .Operators.Values.Single()
            .Codes;
        var claim = Directory.CreateDirectory(Path.Combine(_world.Run.Path, "codes", $"x-{codes.Codes["x"].Hash.Short}-local.default"));
        claim.LastWriteTimeUtc = DateTime.UtcNow.AddMinutes(-minutes);

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual(expected, _world.Query("SELECT version FROM attempt_codes").Single());
    }

    [TestMethod]
    public void A_code_that_changes_makes_the_results_of_its_tasks_unknown_and_of_no_others()
    {
        var cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        _world.Cache = cache;
        _world.Task("a", "{code:x} > out", ("Outputs", "out")).Task("b", "echo b > out", ("Outputs", "out"));
        _world.Task("c", "{launch} echo c > out", ("Outputs", "out"));
        Loop("echo x", "env");
        Assert.AreEqual("code x", Parts("a"));
        Assert.AreEqual("", Parts("b"));
        Assert.AreEqual("launcher m", Parts("c"));

        Loop("echo x", "env");
        Assert.AreEqual("a b c", Cached());

        Loop("echo y", "env");
        Assert.AreEqual("b c", Cached());

        Loop("echo y", "env -u A");
        Assert.AreEqual("a b", Cached());

        void Loop(string command, string launcher)
        {
            Wire(
                $"launchers: {{ m: {launcher} }}\ncodes: {{ x: {{ command: {command}, version: 'echo {command}' }} }}\n"
                    + "operators: { local.default: {} }"
            );
            Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }), string.Join("; ", _world.Reported));
        }

        string Cached() => string.Join(' ', _world.Query("SELECT task_id FROM attempts WHERE cached_from IS NOT NULL ORDER BY task_id"));

        string Parts(string task) =>
            string.Join(
                ' ',
                _world
                    .Query($"SELECT parts FROM fingerprints JOIN attempts USING (attempt_id) WHERE task_id = '{task}'")
                    .Single()!
                    .Split('\n')
                    .Where(static line => line.Length > 66)
                    .Select(static line => line[66..])
                    .Where(static name =>
                        name.StartsWith("code ", StringComparison.Ordinal) || name.StartsWith("launcher", StringComparison.Ordinal)
                    )
            );
    }

    private string Script(string attempt) =>
        string.Join('\n', File.ReadAllLines(_world.Attempt(attempt + "/run.sh")).Where(static line => !line.StartsWith('#')))
            .Replace(_world.Run.Id.Value, "RUN", StringComparison.Ordinal)
            .Replace(_world.Query("SELECT attempt_id FROM attempts").Single()!, "ATTEMPT", StringComparison.Ordinal);

    private void Wire(string wiring) => _world.Write("campaign/operators.yaml", wiring + "\n");

    private string Program(string name, string body)
    {
        var path = _world.Write(name, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
