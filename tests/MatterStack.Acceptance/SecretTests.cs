using System.IO.Compression;
using System.Text;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>What wiring only refers to is nowhere to be found afterwards.</summary>
[TestClass]
public sealed class SecretTests
{
    [TestMethod]
    public void A_secret_that_wiring_refers_to_is_in_no_file_of_the_run_no_log_no_binlog_and_no_evidence()
    {
        const string canary = "c4n4ry-7f3e-secret";
        using var campaign = new Campaign("""<ItemGroup><CampaignTask Include="a" Command="echo hello" /></ItemGroup>""");
        var key = campaign.Sign("key");
        File.WriteAllText(key, canary);
        campaign.Write(
            "operators.yaml",
            $$"""
            operators:
              local.default: { kind: local }
              hpc.default:
                kind: hpc
                backend:
                  type: slurm
                  workspace_root: /scratch
                  ssh: { host: cluster, user: "${env:MS_CANARY}" }
                  slurm: { env: { API_TOKEN: "${env:MS_CANARY}", DB_PASSWORD: "${file:{{key}}}" } }
            """
        );
        var environment = new Dictionary<string, string> { ["MS_CANARY"] = canary };

        foreach (var target in new[] { "Build", "Loop", "Explain", "WiringDiff", "ExportEvidence" })
        {
            using var build = DotnetBuild.Start(campaign.Folder, ["-t:" + target, "-bl:" + target + ".binlog"], environment);
            var outcome = build.Wait();
            Assert.AreEqual(0, outcome.ExitCode, outcome.Said);
            Assert.IsFalse(outcome.Said.Contains(canary, StringComparison.Ordinal), target);
        }

        var leaks = Directory.GetFiles(campaign.Folder, "*", SearchOption.AllDirectories).Where(f => Contains(f, canary)).ToList();
        Assert.IsEmpty(leaks, string.Join(", ", leaks));
    }

    [TestMethod]
    public void A_secret_that_hooks_and_tasks_repeat_is_on_no_console_and_in_no_file_of_ours()
    {
        const string canary = "c4n4ry-81bd-secret";
        using var campaign = new Campaign(
            """<ItemGroup><CampaignTask Include="a" Command="echo $MS_CANARY &gt;&amp;2; exit 3" /></ItemGroup>"""
        );
        campaign.Write(
            "operators.yaml",
            """
            defaults:
              hooks: { on_failed: { command: "echo ${env:MS_CANARY} | base64 >&2; echo ${env:MS_CANARY} >&2; exit 4" } }
            operators:
              local.default: { kind: local, backend: { type: local } }
            """
        );
        var environment = new Dictionary<string, string> { ["MS_CANARY"] = canary };
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(canary))[..20];
        foreach (var target in new[] { "Loop", "Explain", "CiReport", "Report", "ExportEvidence" })
        {
            using var build = DotnetBuild.Start(campaign.Folder, ["-t:" + target, "-bl:" + target + ".binlog"], environment);
            var outcome = build.Wait();
            Assert.AreEqual(target == "Loop" ? 1 : 0, outcome.ExitCode, outcome.Said);
            Assert.IsFalse(
                outcome.Said.Contains(canary, StringComparison.Ordinal) || outcome.Said.Contains(encoded, StringComparison.Ordinal),
                outcome.Said
            );
            if (target == "Loop")
            {
                Assert.Contains("exit code 4: ***", outcome.Said);
                Assert.Contains("its last lines: ***", outcome.Said);
            }
        }

        // The log is the task's own.
        var leaks = Directory
            .GetFiles(campaign.Folder, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith("stderr.log", StringComparison.Ordinal))
            .Where(f => Contains(f, canary) || Contains(f, encoded))
            .ToList();
        Assert.IsEmpty(leaks, string.Join(", ", leaks));
    }

    private static bool Contains(string file, string text)
    {
        var bytes = file.EndsWith(".binlog", StringComparison.Ordinal) ? Unzip(file) : File.ReadAllBytes(file);
        return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    private static byte[] Unzip(string file)
    {
        using var zipped = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        zipped.CopyTo(plain);
        return plain.ToArray();
    }
}
