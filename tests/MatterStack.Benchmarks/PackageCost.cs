using System.IO.Compression;

namespace MatterStack.Benchmarks;

/// <summary>What a user of the packed package waits for: the same project in both forms, against a bare one.</summary>
internal static class PackageCost
{
    private const string Version = "1.0.0-measured";
    private const string Portable = "1.0.0-portable";

    public static IEnumerable<Figure> Measure()
    {
        using var scratch = new Scratch();
        var feed = Path.Combine(scratch.Folder, "feed");
        foreach (var (version, compiled) in new[] { (Version, "true"), (Portable, "false") })
        {
            Shell.Run(
                DotnetCommands.Root,
                "dotnet",
                "pack",
                "src/MatterStack.Build",
                "-o",
                feed,
                "-p:Version=" + version,
                "-p:MatterStackReadyToRun=" + compiled,
                "-p:MatterStackPackFolder=" + Path.Combine(scratch.Folder, "pack")
            );
        }

        File.WriteAllText(
            Path.Combine(scratch.Folder, "nuget.config"),
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{scratch.Folder}/packages" /></config>
              <packageSources><clear /><add key="feed" value="{feed}" /></packageSources>
            </configuration>
            """
        );
        var steps = new NoOpSteps(scratch.Folder, $"<Project Sdk=\"MatterStack.Build/{Version}\">");
        foreach (var figure in steps.Measure("through the package"))
        {
            yield return figure;
        }

        var bare = Project(scratch, "nop.proj", "<Project><Target Name=\"Nop\" /></Project>");
        PackEmptySdk(feed);
        var resolved = Project(scratch, "resolved.proj", "<Project Sdk=\"Empty.Sdk/1.0.0\"><Target Name=\"Nop\" /></Project>");
        var native = Project(scratch, "compiled.proj", NoCode(Version));
        var portable = Project(scratch, "portable.proj", NoCode(Portable));
        var empty = Project(
            scratch,
            "empty.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>"
        );
        var coded = Project(
            scratch,
            "coded.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MatterStack.Build" Version="{Version}" />
                <CampaignTask Include="a" Command="true" />
              </ItemGroup>
            </Project>
            """
        );
        foreach (var campaign in new[] { native, portable, coded })
        {
            Shell.Run(campaign, "dotnet", "build", "-t:Loop");
        }

        Shell.Run(empty, "dotnet", "build");
        var (with, resolvedNop) = Cost.Compare(15, Step(native), Nop(resolved));
        yield return Figure.Time(
            "no-op Step of a finished run through the package, against an empty target of a project with an empty SDK package",
            with,
            resolvedNop,
            false,
            "reported"
        );
        var (without, nop) = Cost.Compare(15, Step(portable), Nop(bare));
        yield return Figure.Time(
            "no-op Step of a finished run through the package, tasks not compiled ahead of time, against an empty target",
            without,
            nop,
            false,
            "reported"
        );
        var (step, floor) = Cost.Compare(9, Step(coded), () => Shell.Time(empty, "dotnet", "build"));
        yield return Figure.Time(
            "no-op Step through the package, csproj (PackageReference), against an up-to-date build of an empty csproj",
            step,
            floor,
            false,
            "reported"
        );
    }

    private static Func<Cost> Step(string campaign) => () => Shell.Time(campaign, "dotnet", "build", "-t:Step");

    private static Func<Cost> Nop(string project) => () => Shell.Time(project, "dotnet", "build", "-t:Nop");

    // NuGet looks for the SDK of a project in every command. That is a cost of the form, not of what is in the package.
    private static void PackEmptySdk(string feed)
    {
        const string Description =
            "<package><metadata><id>Empty.Sdk</id><version>1.0.0</version><authors>none</authors><description>none</description>"
            + "<packageTypes><packageType name=\"MSBuildSdk\" /></packageTypes></metadata></package>";
        using var package = ZipFile.Open(Path.Combine(feed, "Empty.Sdk.1.0.0.nupkg"), ZipArchiveMode.Create);
        foreach (
            var (name, text) in new[]
            {
                ("Empty.Sdk.nuspec", Description),
                ("Sdk/Sdk.props", "<Project />"),
                ("Sdk/Sdk.targets", "<Project />"),
            }
        )
        {
            using var file = new StreamWriter(package.CreateEntry(name).Open());
            file.Write(text);
        }
    }

    private static string NoCode(string version) =>
        $"<Project Sdk=\"MatterStack.Build/{version}\"><ItemGroup><CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup></Project>";

    private static string Project(Scratch scratch, string name, string text)
    {
        var folder = Path.Combine(scratch.Folder, Path.GetFileNameWithoutExtension(name));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name), text);
        return folder;
    }
}
