using System.Xml.Linq;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Package;

/// <summary>A campaign class in a library that uses a package with native code, in each form that a project can have ours.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class LibraryTests
{
    [TestMethod]
    [DataRow("<ItemGroup><PackageReference Include=\"MatterStack.Build\" Version=\"{0}\" /></ItemGroup>", DisplayName = "by reference")]
    [DataRow("<Sdk Name=\"MatterStack.Build\" Version=\"{0}\" />", DisplayName = "as an SDK")]
    public void It_has_what_it_needs_beside_it(string form)
    {
        using var user = new User();
        user.Write(
            "lib/lib.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              {string.Format(System.Globalization.CultureInfo.InvariantCulture, form, PackageFeed.Shared.Version)}
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable></PropertyGroup>
              <ItemGroup><PackageReference Include="Microsoft.Data.Sqlite" Version="{SqliteVersion}" /></ItemGroup>
            </Project>
            """
        );
        user.Write(
            "lib/Asking.cs",
            """
            using MatterStack.Engine.Campaigns;
            public sealed record Said(string Version);
            public sealed class Asking : Campaign<Said>
            {
                public override Workflow? Plan(Said? state) => state is null ? [new() { Id = "a", Command = "true" }] : null;
                public override Said Analyze(Said? state, TaskResults results)
                {
                    using var connection = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=:memory:");
                    connection.Open();
                    return new(connection.ServerVersion);
                }
            }
            """
        );

        user.Build("lib", "-t:Loop").Succeeded().Says("COMPLETED");

        StringAssert.StartsWith(user.Run("lib").Text("SELECT json_extract(state, '$.Version') FROM iterations"), "3.");
    }

    private static string SqliteVersion =>
        XDocument
            .Load(Path.Combine(Repository.Folder, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Single(p => p.Attribute("Include")!.Value == "Microsoft.Data.Sqlite")
            .Attribute("Version")!
            .Value;
}
