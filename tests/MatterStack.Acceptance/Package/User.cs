using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Package;

/// <summary>Somebody who has the packages and not this repository: a folder, a feed, and nothing from elsewhere.</summary>
internal sealed class User : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("matterstack-user-").FullName;
    private readonly Dictionary<string, string> _environment;

    /// <param name="feed">Folder that packages come from.</param>
    /// <param name="packages">Folder that they are restored to.</param>
    /// <param name="home">Where templates are installed; by itself one that all users have in common.</param>
    public User(string? feed = null, string? packages = null, string? home = null)
    {
        _environment = new()
        {
            ["DOTNET_CLI_HOME"] = home ?? PackageFeed.Shared.Home,
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
        };
        // What the packages themselves depend on is where it was restored for this repository's own build.
        var others = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Write(
            "nuget.config",
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{packages ?? PackageFeed.Shared.Packages}" /></config>
              <packageSources><clear /><add key="feed" value="{feed ?? PackageFeed.Shared.Folder}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="others" value="{others}" /></fallbackPackageFolders>
            </configuration>
            """
        );
        // As the templates have it.
        Write("Directory.Build.rsp", "-tl:off\n");
    }

    public string Folder => _root;

    public string Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A campaign without code: one task that says its name.</summary>
    /// <returns>Its folder.</returns>
    public string NoCode(string folder, string? sdk = null, string task = "hello")
    {
        Write(
            Path.Combine(folder, "nocode.proj"),
            $"""
            <Project Sdk="{sdk ?? "MatterStack.Build/" + PackageFeed.Shared.Version}">
              <ItemGroup>
                <CampaignTask Include="{task}" Command="echo {task} > said.txt" Outputs="said.txt" />
              </ItemGroup>
            </Project>
            """
        );
        return Path.Combine(_root, folder);
    }

    /// <summary>A campaign of a class that plans two iterations, with a program of its own.</summary>
    /// <returns>Its folder.</returns>
    public string Coded(
        string folder,
        string reference = "<PackageReference Include=\"MatterStack.Build\" Version=\"{0}\" />",
        string? version = null
    )
    {
        Write(
            Path.Combine(folder, "coded.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                {string.Format(System.Globalization.CultureInfo.InvariantCulture, reference, version ?? PackageFeed.Shared.Version)}
              </ItemGroup>
            </Project>
            """
        );
        Write(
            Path.Combine(folder, "Doubling.cs"),
            """
            using MatterStack.Engine.Campaigns;

            File.WriteAllText("results.json", $"{{\"value\": {2 * int.Parse(args[0])}}}");

            public sealed record Known(int Value, int Iterations);

            public sealed record Doubled(int Value);

            public sealed class Doubling : Campaign<Known>
            {
                public override Workflow? Plan(Known? state) => state is { Iterations: 2 }
                    ? null
                    : [new CampaignTask { Id = $"double_{state?.Iterations ?? 0}", Command = $"{{campaign}} {state?.Value ?? 21}", Outputs = ["results.json"] }];

                public override Known Analyze(Known? state, TaskResults results) =>
                    new(results.Single().GetResult<Doubled>().Value, (state?.Iterations ?? 0) + 1);
            }
            """
        );
        return Path.Combine(_root, folder);
    }

    public BuildOutcome Build(string folder, params string[] arguments)
    {
        using var build = Start(folder, arguments);
        return build.Wait();
    }

    public DotnetBuild Start(string folder, string[] arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        DotnetBuild.Start(Path.Combine(_root, folder), arguments, With(environment));

    /// <summary>Text typed into a shell.</summary>
    public BuildOutcome Type(string text, string folder = "")
    {
        using var shell = DotnetBuild.StartCommand(Path.Combine(_root, folder), ["/bin/sh", "-e", "-c", text], _environment);
        return shell.Wait();
    }

    /// <summary>The one run of a workspace.</summary>
    public Run Run(string folder) => new(Directory.GetDirectories(Path.Combine(_root, folder, "runs")).Single());

    /// <summary>Which version of the engine made a run.</summary>
    public string MadeBy(string folder) =>
        System
            .Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(Run(folder).Folder, "config.json")))
            .RootElement.GetProperty("engine_version")
            .GetString()!
            .Split('+')[0];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Dictionary<string, string> With(IReadOnlyDictionary<string, string>? more)
    {
        var all = new Dictionary<string, string>(_environment);
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        return all;
    }
}
