namespace MatterStack.Benchmarks;

/// <summary>What a user of the packed package waits for: the same project in both forms, against a bare one.</summary>
internal static class PackageCost
{
    public static IEnumerable<Figure> Measure()
    {
        using var scratch = new Scratch();
        var feed = Path.Combine(scratch.Folder, "feed");
        Shell.Run(DotnetCommands.Root, "dotnet", "pack", "src/MatterStack.Build", "-o", feed, "-p:Version=1.0.0-measured", "-p:MatterStackPackFolder=" + Path.Combine(scratch.Folder, "pack"));
        File.WriteAllText(Path.Combine(scratch.Folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{scratch.Folder}/packages" /></config>
              <packageSources><clear /><add key="feed" value="{feed}" /></packageSources>
            </configuration>
            """);
        var bare = Project(scratch, "bare.proj", "<Project><Target Name=\"Nop\" /></Project>");
        var noCode = Project(scratch, "nocode.proj", "<Project Sdk=\"MatterStack.Build/1.0.0-measured\"><ItemGroup><CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup></Project>");
        var empty = Project(scratch, "empty.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        var coded = Project(scratch, "coded.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MatterStack.Build" Version="1.0.0-measured" />
                <CampaignTask Include="a" Command="true" />
              </ItemGroup>
            </Project>
            """);
        Shell.Run(noCode, "dotnet", "build", "-t:Loop");
        Shell.Run(coded, "dotnet", "build", "-t:Loop");
        Shell.Run(empty, "dotnet", "build");

        var (step, floor) = Cost.Compare(15, () => Shell.Time(noCode, "dotnet", "build", "-t:Step"), () => Shell.Time(bare, "dotnet", "build", "-t:Nop"));
        yield return Figure.Time("no-op Step through the package, no code (Sdk=), against an empty target", step, floor, false, "<= 0.25 s over the floor");
        var package = Directory.GetDirectories(Path.Combine(scratch.Folder, "packages", "matterstack.build")).Single();
        Directory.Move(Path.Combine(package, "tasks", "net10.0", "linux-x64"), Path.Combine(package, "native"));
        (step, floor) = Cost.Compare(15, () => Shell.Time(noCode, "dotnet", "build", "-t:Step"), () => Shell.Time(bare, "dotnet", "build", "-t:Nop"));
        yield return Figure.Time("the same, tasks not compiled ahead of time", step, floor, false, "reported");
        Directory.Move(Path.Combine(package, "native"), Path.Combine(package, "tasks", "net10.0", "linux-x64"));
        (step, floor) = Cost.Compare(7, () => Shell.Time(coded, "dotnet", "build", "-t:Step"), () => Shell.Time(empty, "dotnet", "build"));
        yield return Figure.Time("no-op Step through the package, csproj (PackageReference), against an up-to-date build of an empty csproj", step, floor, false, "reported");
    }

    private static string Project(Scratch scratch, string name, string text)
    {
        var folder = Path.Combine(scratch.Folder, Path.GetFileNameWithoutExtension(name));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name), text);
        return folder;
    }
}
