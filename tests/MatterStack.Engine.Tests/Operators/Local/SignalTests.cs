namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>A signal that a whole process group gets does not end what is just being started.</summary>
[TestClass]
[Slow]
[OSCondition(OperatingSystems.Linux)]
public sealed class SignalTests
{
    [TestMethod]
    [DataRow(1, "SIGHUP")]
    [DataRow(2, "SIGINT")]
    [DataRow(3, "SIGQUIT")]
    [DataRow(10, "SIGUSR1")]
    [DataRow(15, "SIGTERM")]
    [DataRow(20, "SIGTSTP")]
    public void A_signal_to_the_whole_group_ends_nothing_that_is_being_started(int signal, string name)
    {
        using var folder = new TempFolder();
        folder.Write("script.sh", "echo begun\n");

        Assert.AreEqual("signals came\n", SignalledStarts.Say(folder.Path, signal), name);
    }
}
