using System.IO.Compression;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Package;

/// <summary>The packages of this checkout, packed once for all tests into a folder that serves as the only feed, in two versions.</summary>
internal sealed class PackageFeed
{
    private static readonly Lazy<PackageFeed> TheOne = new(() => new PackageFeed());
    private readonly string _root = Directory.CreateTempSubdirectory("matterstack-packages-").FullName;

    private PackageFeed()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_root, recursive: true);
        Folder = Path.Combine(_root, "feed");
        Packages = Path.Combine(_root, "packages");
        Home = Path.Combine(_root, "home");
        Directory.CreateDirectory(Home);
        // A remote such as a clone of a hosted repository has, so that sources are linked to it: git's own configuration file beside the
        // repository's.
        var git = Path.Combine(_root, "config", "git");
        Directory.CreateDirectory(git);
        File.WriteAllText(Path.Combine(git, "config"), $"[remote \"hosted\"]\n\turl = {Hosted}.git\n");

        Pack("src/MatterStack.Build");
        Pack("src/MatterStack.Engine");
        Pack("build/templates");
        Version = VersionOf("MatterStack.Build");
        // Of the next version there is no image compiled ahead of time, as on a system for which none is packed.
        Pack("src/MatterStack.Build", "-p:Version=" + NextVersion, "-p:MatterStackReadyToRun=false");
    }

    /// <summary>Where the repository would be hosted.</summary>
    public const string Hosted = "https://github.com/example/matterstack";

    public const string NextVersion = "99.0.0-next.1";

    public static PackageFeed Shared => TheOne.Value;

    public string Folder { get; }

    /// <summary>Where restored packages go.</summary>
    public string Packages { get; }

    /// <summary>Home of the command line, where installed templates are kept.</summary>
    public string Home { get; }

    public string Version { get; }

    /// <summary>What the folder above all of it is called: no package may know it.</summary>
    public string Root => _root;

    public ZipArchive Open(string package, string extension = "nupkg") =>
        ZipFile.OpenRead(Path.Combine(Folder, $"{package}.{Version}.{extension}"));

    private void Pack(string project, params string[] properties) => TryPack(project, Folder, properties).Succeeded();

    /// <summary>Packs a project of this checkout into a folder.</summary>
    public BuildOutcome TryPack(string project, string folder, params string[] properties)
    {
        // Analyzers have their say in the build of the solution.
        using var pack = DotnetBuild.StartCommand(
            Repository.Folder,
            [
                "dotnet",
                "pack",
                project,
                "-o",
                folder,
                "-p:RunAnalyzers=false",
                "-p:EnforceCodeStyleInBuild=false",
                "-p:GitRepositoryRemoteName=hosted",
                "-p:GitRepositoryConfigurationScope=",
                "-p:UseArtifactsOutput=true",
                "-p:ArtifactsPath=" + Path.Combine(_root, "artifacts"),
                "-p:MatterStackPackFolder=" + Path.Combine(_root, "artifacts"),
                .. properties,
            ],
            new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = Path.Combine(_root, "config"), ["CI"] = "true" }
        );
        return pack.Wait();
    }

    private string VersionOf(string package) =>
        Path.GetFileNameWithoutExtension(Directory.GetFiles(Folder, package + ".*.nupkg").Single())[(package.Length + 1)..];
}
