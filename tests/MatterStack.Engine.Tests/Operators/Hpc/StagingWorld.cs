using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A run's folder here, and one of the cluster's own behind a shell.</summary>
internal sealed class StagingWorld
{
    private readonly IShell _shell;
    private readonly string _folder;
    private readonly string _root;
    private int _attempts;

    /// <param name="shell">Leads to the other machine.</param>
    /// <param name="folder">Holds the run here.</param>
    /// <param name="root">The folder there; null: one beside the run's.</param>
    public StagingWorld(IShell shell, string folder, string? root = null)
    {
        (_shell, _folder, _root) = (shell, folder, root ?? Path.Combine(folder, "far"));
        Directory.CreateDirectory(Path.Combine(folder, "run/inputs"));
        Place = Open();
    }

    /// <summary>The place as one engine process knows it.</summary>
    public RemoteStaging Place { get; private set; }

    /// <summary>The run's folder there.</summary>
    public string Far => Path.Combine(_root, "20260101_000000_00000001");

    /// <summary>A new process: what the old one knew is gone, what is on disk is not.</summary>
    public RemoteStaging Open() => Place = new RemoteStaging(_shell, RealDisk.Instance, _root);

    public StagedInput Input(string path, byte[] content, bool executable = false)
    {
        var hash = Sha256.ComputeHash(content);
        File.WriteAllBytes(InputFile(hash), content);
        return new StagedInput(path, path, hash, executable);
    }

    public string InputFile(Sha256 content) => Path.Combine(_folder, "run/inputs", content.Hex);

    /// <summary>What a completed task left.</summary>
    public DependencyOutputs Output(string task, params (string Path, byte[] Content)[] files)
    {
        _ = TaskId.TryParse(task, out var id);
        var folder = $"tasks/{task}@1";
        return new DependencyOutputs(
            id,
            folder,
            [
                .. files.Select(file =>
                {
                    var path = Path.Combine(_folder, "run", folder, "work", file.Path);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.WriteAllBytes(path, file.Content);
                    return new OutputFile(file.Path, Sha256.ComputeHash(file.Content), file.Content.Length);
                }),
            ]
        );
    }

    public AttemptRequest Order(string task, IReadOnlyList<StagedInput>? inputs = null, params DependencyOutputs[] dependencies)
    {
        _ = RunId.TryParse("20260101_000000_00000001", out var run);
        _ = TaskId.TryParse(task, out var id);
        var declared = new CampaignTask
        {
            Id = id,
            Command = "true",
            OperatorKey = OperatorKey.FromTrusted("hpc.default"),
        };
        return new AttemptRequest
        {
            Run = run,
            Attempt = AttemptId.FromTrusted(string.Create(CultureInfo.InvariantCulture, $"20260101_000000_{++_attempts:x8}")),
            Index = 1,
            Key = declared.OperatorKey,
            TaskId = id,
            Definition = TaskJson.Write(new PlannedTask(declared, inputs ?? [])),
            WiringHash = Sha256.ComputeTextHash("wiring"),
            RunFolder = Path.Combine(_folder, "run"),
            Dependencies = dependencies,
        };
    }

    /// <summary>Prepares attempts and sends what they need, as whoever submits them does.</summary>
    public StagingResult Send(params AttemptRequest[] requests)
    {
        foreach (var request in requests)
        {
            Place.PrepareAttempt(request);
        }

        return Place.SendAttempts(requests, CancellationToken.None);
    }

    /// <summary>Where a file of an attempt is there.</summary>
    public string There(AttemptRequest request, string path) => Path.Combine(Far, request.RelativeFolder, "work", path);

    /// <summary>Asserts that an attempt's folder there has these files with what they are to hold, and no others, and that nothing is on
    /// its way any more.</summary>
    public void IsThere(AttemptRequest request)
    {
        var wanted = request
            .Planned.Inputs.Select(i => (i.Path, i.Content))
            .Concat(request.Dependencies.SelectMany(d => d.Outputs.Select(o => ($"deps/{d.Task}/{o.Path}", o.Hash))))
            .ToDictionary(f => f.Item1, f => f.Item2);
        var work = There(request, "");
        var found = Directory.GetFiles(work, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(work, f)).ToList();
        CollectionAssert.AreEquivalent(wanted.Keys.ToList(), found);
        foreach (var path in found)
        {
            Assert.AreEqual(wanted[path], Sha256.ComputeHash(File.ReadAllBytes(There(request, path))), path);
        }

        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(Far, "incoming")));
    }
}
