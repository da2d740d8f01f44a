using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Evidence.Signing;
using MatterStack.Engine.Evidence.Verification;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>A run with something of everything, and its evidence.</summary>
internal sealed class EvidenceWorld : IDisposable
{
    public EvidenceWorld()
    {
        World = new CommandWorld(inMemory: true);
        World.Write("campaign/in put.txt", "input");
        World.Write(
            "campaign/operators.yaml",
            "operators:\n  local.default: { kind: local, backend: { type: local } }\n  human.default: { kind: human }\n"
        );
        World
            .Task(
                "make",
                "cat 'in put.txt' > 'out put.txt'; echo made",
                ("Files", "in put.txt"),
                ("Outputs", "out put.txt"),
                ("Env", "COLOUR=red")
            )
            .Task("flaky", "[ \"$MATTERSTACK_ATTEMPT_INDEX\" -gt 1 ]", ("MaxAttempts", "2"))
            .Task("ask", "", ("Kind", "Gate"), ("DependsOn", "make"), ("Message", "Go on?"))
            .Task(
                "use",
                "cat 'deps/make/out put.txt' > used; printf '{\"n\": 1}' > results.json",
                ("DependsOn", "make;ask"),
                ("Outputs", "used")
            )
            .Task("lost", "exit 3", ("AllowFailure", "true"))
            .Task("after", "true", ("DependsOn", "lost"));
    }

    public CommandWorld World { get; }

    public string Evidence => World.Run.EvidenceFolder;

    public string Archive => Path.Combine(World.Run.Path, $"evidence-{World.Run.Id}.zip");

    public EvidenceWorld Run()
    {
        Assert.IsTrue(World.Loop(), Reported());
        Assert.IsTrue(
            RespondCommand
                .Execute(
                    World.Context(
                        new RunArguments
                        {
                            TaskId = "ask",
                            Decision = "approve",
                            Comment = "go",
                        }
                    )
                )
                .Success,
            Reported()
        );
        Assert.IsTrue(World.Loop(), Reported());
        return this;
    }

    public CommandResult Export(RunArguments? arguments = null)
    {
        var result = ExportEvidenceCommand.Execute(World.Context(arguments));
        Assert.IsTrue(result.Success, Reported());
        return result;
    }

    /// <summary>Codes and texts of what is wrong.</summary>
    public static List<string> Verify(string path, string? key = null)
    {
        using var signer = key is null ? null : Signer.Load(key).Value;
        var result = EvidenceVerifier.VerifyBundle(path, signer, Schedulers.Schema);
        return [.. (result.TryGet(out var verified, out var problems) ? verified.Problems : problems).Select(p => p.ToString())];
    }

    public List<string> Verify() => Verify(Evidence);

    public static IEnumerable<string> FilesOf(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f))
            .Order(StringComparer.Ordinal);

    /// <summary>All names and bytes of a folder, as one hash a file.</summary>
    public static string Fingerprint(string folder) =>
        string.Join('\n', FilesOf(folder).Select(f => $"{f} {Sha256.ComputeHash(File.ReadAllBytes(Path.Combine(folder, f)))}"));

    /// <summary>Changes a JSON file of the bundle and makes the manifest fit, as a forger would.</summary>
    public void Forge(string file, Action<JsonNode> change)
    {
        var node = JsonNode.Parse(File.ReadAllText(Path.Combine(Evidence, file)))!;
        change(node);
        File.WriteAllText(Path.Combine(Evidence, file), node.ToJsonString());
        Reseal();
    }

    public void Reseal()
    {
        var text = new StringBuilder();
        foreach (var file in FilesOf(Evidence).Where(f => f != "manifest-sha256.txt"))
        {
            text.Append(Sha256.ComputeHash(File.ReadAllBytes(Path.Combine(Evidence, file)))).Append("  ").Append(file).Append('\n');
        }

        File.WriteAllText(Path.Combine(Evidence, "manifest-sha256.txt"), text.ToString());
    }

    public string Reported() => string.Join("; ", World.Reported.Select(static (Problem p) => p.ToString()));

    public void Dispose() => World.Dispose();
}
