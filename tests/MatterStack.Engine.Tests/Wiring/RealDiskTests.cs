using System.Security.Cryptography;
using System.Text.Json;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>The same on a real disk.</summary>
[TestClass]
public sealed class RealDiskTests
{
    [TestMethod]
    public void A_run_is_wired_overridden_and_moved_on_a_real_disk()
    {
        var folder = Directory.CreateTempSubdirectory("wiring-").FullName;
        try
        {
            var run = Path.Combine(folder, "runs", "one");
            var site = Path.Combine(folder, "site.yaml");
            var request = new WiringRequest
            {
                WorkspaceDefault = Path.Combine(folder, "operators.yaml"),
                WorkspaceFolder = folder,
                HomeFolder = folder,
                User = "ada",
                Host = "lab1",
            };
            var keeper = new WiringService(RealDisk.Instance, TimeProvider.System, Schedulers.Schema);
            File.WriteAllText(request.WorkspaceDefault, "\uFEFF" + WiringWorld.One.Replace("\n", "\r\n", StringComparison.Ordinal));
            File.WriteAllText(site, WiringWorld.Two);

            var first = keeper.ResolveForRun(run, false, request).Value;
            var second = keeper.ResolveForRun(run, false, request with { OperatorsConfig = site, IsForced = true }).Value;
            var moved = Path.Combine(folder, "moved");
            Directory.Move(run, moved);

            Assert.AreEqual(second.Hash, keeper.LoadPersisted(moved).Value.Hash);
            Assert.IsTrue(keeper.LoadByHash(moved, first.Hash).IsSuccess);
            var snapshot = Path.Combine(moved, "operators_snapshot");
            var recorded = JsonDocument
                .Parse(File.ReadAllText(Path.Combine(snapshot, "metadata.json")))
                .RootElement.GetProperty("sha256")
                .GetString();
            Assert.AreEqual(
                recorded,
                Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(snapshot, "operators.yaml"))))
            );
            Assert.HasCount(2, File.ReadAllLines(Path.Combine(snapshot, "history.jsonl")));
            CollectionAssert.AreEquivalent(
                new[] { "by-sha256", "history.jsonl", "metadata.json", "operators.yaml" },
                Directory.GetFileSystemEntries(snapshot).Select(Path.GetFileName).ToArray()
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_file_where_the_folder_must_be_is_a_problem()
    {
        var folder = Directory.CreateTempSubdirectory("wiring-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "operators_snapshot"), "");
            var request = new WiringRequest
            {
                WorkspaceDefault = Path.Combine(folder, "operators.yaml"),
                WorkspaceFolder = folder,
                HomeFolder = folder,
                User = "ada",
                Host = "lab1",
            };

            ProblemAssert.Single(
                WiringCodes.SnapshotUnwritable,
                new WiringService(RealDisk.Instance, TimeProvider.System, Schedulers.Schema).ResolveForRun(folder, false, request)
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
