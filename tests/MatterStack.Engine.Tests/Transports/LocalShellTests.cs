using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Transports;

[TestClass]
[Slow]
public sealed class LocalShellTests : ShellSuite
{
    private protected override IShell Open() => new LocalShell(CleanEnvironment, TimeProvider.System);

    [TestMethod]
    [DataRow(
        "echo 'WARNING: Your password has expired.'; echo 'Password change required.'; exit 1",
        "'sh' ended before the answer was complete; its output was: WARNING: Your password has expired. Password change required."
    )]
    [DataRow(
        "cat > /dev/null; echo 'This account is currently not available.'",
        "'sh' ended before the answer was complete; its output was: This account is currently not available."
    )]
    [DataRow("echo 'not today' >&2; echo hello; exit 1", "not today")]
    [DataRow("exit 1", "'sh' ended before the answer was complete")]
    [DataRow(
        "yes news | head -c 2000000; exec sh",
        "'sh' ended before the answer was complete; its output was: more than 1 MiB without an answer, ending with …"
    )]
    public void What_a_machine_says_instead_of_an_answer_is_reported(string door, string why)
    {
        var answer = ProcessShell.Run(
            ["/bin/sh", "-c", door],
            script => ["/bin/sh", "-c", script],
            CleanEnvironment,
            new ShellCall("echo hello", TimeSpan.FromSeconds(60)),
            TimeProvider.System,
            CancellationToken.None
        );
        var none = Assert.IsInstanceOfType<ShellResult.NoAnswer>(answer);
        StringAssert.StartsWith(none.Reason, why);
        Assert.IsFalse(none.WasReached);
    }
}
