using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>Lines that mean failure or success (<c>FailWhen</c>, <c>SucceedWhen</c>), with real commands.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class MarkTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow("echo 'SCF NOT CONVERGED'", "UNCONVERGED", "line 1 of stdout matches 'NOT CONVERGED' of FailWhen")]
    [DataRow(
        "echo a; echo 'SCF NOT CONVERGED'; exit 3",
        "UNCONVERGED",
        "line 2 of stdout matches 'NOT CONVERGED' of FailWhen (exit code 3)"
    )]
    [DataRow("printf 'a\\r\\nBAD\\r\\n' >&2", "BROKEN", "line 2 of stderr matches '^BAD$' of FailWhen")]
    [DataRow("printf 'x\\nwrong' > out.txt", "WRONG_FILE", "line 2 of out.txt matches 'wrong' of FailWhen")]
    [DataRow("echo BAD >&2; echo NOT CONVERGED", "UNCONVERGED", "line 1 of stdout matches")]
    [DataRow("echo Maximum CPU time exceeded", "TIMEOUT", "line 1 of stdout matches")]
    [DataRow("kill -SEGV $$; echo BAD >&2", "SIGNAL", "signal 11")]
    [DataRow("sh -c 'echo BAD >&2; kill -SEGV $$'", "BROKEN", "line 1 of stderr matches '^BAD$' of FailWhen (exit code 139)")]
    [DataRow("exit 4", "EXIT", "exit code 4")]
    public void A_line_names_the_cause_of_a_failure(string command, string cause, string reason)
    {
        _world.Task(
            "t",
            command,
            (
                "FailWhen",
                "stdout: NOT CONVERGED => UNCONVERGED;stderr: ^BAD$ => BROKEN;out.txt: wrong => WRONG_FILE;stdout: Maximum CPU => TIMEOUT"
            )
        );

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(cause, _world.Query("SELECT end_cause FROM attempts").Single());
        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single(), reason);
    }

    [TestMethod]
    [DataRow("echo done > log", null, "")]
    [DataRow("echo nearly > log", "NO_SUCCESS_MARK", "NO_SUCCESS_MARK: no line of log matches '^done$' of SucceedWhen")]
    [DataRow("true", "NO_SUCCESS_MARK", "NO_SUCCESS_MARK: no line of log")]
    [DataRow("exit 2", "EXIT", "exit code 2")]
    [DataRow("mkdir log", "NO_SUCCESS_MARK", "NO_SUCCESS_MARK: no line of log")]
    [DataRow("ln -s /etc/hostname log", "NO_SUCCESS_MARK", "NO_SUCCESS_MARK: no line of log")]
    [DataRow("echo done > other; ln -s other log", null, "")]
    public void A_line_that_must_be_there_decides_about_success(string command, string? cause, string reason)
    {
        _world.Task("t", command, ("SucceedWhen", "log: ^done$"));

        Assert.AreEqual(cause is null, _world.Loop());

        Assert.AreEqual(cause, _world.Query("SELECT end_cause FROM attempts").Single());
        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single() ?? "", reason);
    }

    [TestMethod]
    public void A_mark_that_was_added_makes_another_fingerprint()
    {
        _world.Task("t", "echo nearly > log", ("Outputs", "log"));
        Assert.IsTrue(_world.Loop());

        _world.Task("u", "echo nearly > log", ("Outputs", "log"), ("SucceedWhen", "log: ^done$"));
        Assert.IsFalse(_world.Loop(new RunArguments { NewRun = true }));

        Assert.AreEqual("NO_SUCCESS_MARK", _world.Query("SELECT end_cause FROM attempts WHERE task_id = 'u'").Single());
    }

    [TestMethod]
    public void All_patterns_of_a_file_are_found_in_one_pass_and_a_line_without_end_is_searched_in_parts()
    {
        var long1 = new string('x', 3 << 20);
        var file = new MarkedFile(["needle", "^z$", "never"]);

        file.Search(new MemoryStream(Encoding.UTF8.GetBytes("a\n" + long1 + "needle" + long1 + "\nz")));

        Assert.AreEqual(2, file.FindLine("needle"));
        Assert.AreEqual(3, file.FindLine("^z$"));
        Assert.IsNull(file.FindLine("never"));
    }

    [TestMethod]
    public void A_text_that_is_no_UTF_8_and_a_byte_order_mark_do_no_harm()
    {
        var file = new MarkedFile(["^first$", "^b"]);

        file.Search(new MemoryStream([0xEF, 0xBB, 0xBF, .. "first\n"u8, (byte)'b', 0xFF, 0xFE, (byte)'\n']));

        Assert.AreEqual(1, file.FindLine("^first$"));
        Assert.AreEqual(2, file.FindLine("^b"));
    }
}
