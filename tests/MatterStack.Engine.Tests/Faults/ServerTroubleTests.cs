using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Attempts;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>What an attempt left, on a file system whose server has errors: it is neither lost nor taken for missing.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class ServerTroubleTests
{
    private const int Stale = 116;

    [TestMethod]
    [DataRow(FuseOperation.Lookup, 2)]
    [DataRow(FuseOperation.Open, 2)]
    [DataRow(FuseOperation.Read, 1)]
    public void An_output_that_a_server_has_replaced_is_read_again(FuseOperation operation, int times)
    {
        // The system itself tries names and opening twice.
        using var mount = ErrorMount.With("""{"k":1}""", "out.txt", "results.json");
        mount.Fail(operation, Stale, times);

        var ending = Collect(mount, "out.txt");

        Assert.AreEqual("out.txt", ending.Outputs.Single().Path);
        Assert.IsEmpty(ending.MissingOutputs);
        Assert.IsNull(ending.CollectionProblem);
        Assert.AreEqual("""{"k":1}""", ending.ResultsJson);
    }

    [TestMethod]
    [DataRow("out.txt")]
    [DataRow("results.json")]
    public void A_file_that_is_remembered_as_missing_is_looked_for_in_its_folder(string late)
    {
        using var mount = ErrorMount.With("""{"k":1}""", "out.txt", "results.json");
        mount.Hide(late);
        Assert.AreEqual(late == "results.json", Collect(mount, "out.txt") is { ResultsJson: null, MissingOutputs: [] });
        mount.Hide(null);
        Assert.IsFalse(File.Exists(Path.Combine(mount.Folder, late)), "the system remembers nothing");

        var ending = Collect(mount, "out.txt");

        Assert.IsEmpty(ending.MissingOutputs);
        Assert.AreEqual("out.txt", ending.Outputs.Single().Path);
        Assert.AreEqual("""{"k":1}""", ending.ResultsJson);
    }

    [TestMethod]
    [DataRow(FuseOperation.Lookup, "out.txt", 5)]
    [DataRow(FuseOperation.Lookup, "out.txt", 107)]
    [DataRow(FuseOperation.Lookup, "out.txt", Stale)]
    [DataRow(FuseOperation.Lookup, "results.json", 110)]
    [DataRow(FuseOperation.Open, "out.txt", 108)]
    [DataRow(FuseOperation.Open, "results.json", 127)]
    [DataRow(FuseOperation.Read, "out.txt", 121)]
    [DataRow(FuseOperation.Read, "results.json", 112)]
    [DataRow(FuseOperation.OpenFolder, null, 113)]
    public void An_output_that_a_server_cannot_give_is_neither_missing_nor_a_failure_of_its_attempt(
        FuseOperation operation,
        string? name,
        int error
    )
    {
        using var mount = ErrorMount.With("""{"k":1}""", "out.txt", "results.json");
        mount.Fail(operation, error, name: name);

        var trouble = Assert.Throws<IOException>(() => Collect(mount, operation == FuseOperation.OpenFolder ? "*.txt" : "out.txt"));

        Assert.IsTrue(DiskErrors.IsDiskError(trouble), trouble.Message);
        Assert.AreEqual(error, trouble.HResult);
    }

    private static AttemptEnd Collect(ErrorMount mount, string output) =>
        OutputCollector.Collect(
            new CampaignTask
            {
                Id = "a",
                Command = "true",
                Outputs = [output],
            },
            mount.Folder,
            new AttemptEnd { ExitCode = 0 }
        );
}
