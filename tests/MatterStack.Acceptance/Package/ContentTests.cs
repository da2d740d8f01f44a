using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Package;

/// <summary>What is in the packages, and what is not.</summary>
[TestClass]
public sealed class ContentTests
{
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    [TestMethod]
    public void The_package_of_projects_has_targets_tasks_and_native_libraries_and_depends_on_nothing()
    {
        using var package = PackageFeed.Shared.Open("MatterStack.Build");
        var names = package.Entries.Select(e => e.FullName).ToHashSet();

        CollectionAssert.IsSubsetOf(
            Directory.GetFiles(Path.Combine(Repository.Folder, "build")).Select(f => "build/" + Path.GetFileName(f)).ToList(),
            names.ToList()
        );
        CollectionAssert.IsSubsetOf(
            new[]
            {
                "Sdk/Sdk.props",
                "Sdk/Sdk.targets",
                "README.md",
                "icon.png",
                "tasks/net10.0/MatterStack.Engine.xml",
                "tasks/net10.0/linux-x64/libe_sqlite3.so",
            },
            names.ToList()
        );
        foreach (var folder in new[] { "tasks/net10.0/", "tasks/net10.0/linux-x64/" })
        {
            // By the dependencies file MSBuild's loader finds the rest; all that it names is there.
            CollectionAssert.IsSubsetOf(
                new[]
                {
                    "MatterStack.Build.dll",
                    "MatterStack.Build.deps.json",
                    "MatterStack.Engine.dll",
                    "Microsoft.Data.Sqlite.dll",
                    "YamlDotNet.dll",
                    "NJsonSchema.dll",
                }
                    .Select(f => folder + f)
                    .ToList(),
                names.ToList()
            );
        }

        CollectionAssert.AreEquivalent(
            new[] { "linux-arm64", "linux-musl-arm64", "linux-musl-x64", "linux-x64", "osx-arm64", "osx-x64", "win-arm64", "win-x64" },
            names
                .Where(n => n.StartsWith("tasks/net10.0/runtimes/", StringComparison.Ordinal))
                .Select(n => n.Split('/')[3])
                .Distinct()
                .ToList()
        );
        Assert.IsFalse(
            names.Any(n =>
                n.StartsWith("lib/", StringComparison.Ordinal)
                || n.Contains("templates", StringComparison.Ordinal)
                || n.Contains("bootstrap", StringComparison.Ordinal)
            )
        );
        Assert.IsFalse(
            names.Any(n => Path.GetFileName(n).StartsWith("Microsoft.Build", StringComparison.Ordinal)),
            "MSBuild's own assemblies are those of the SDK that runs"
        );

        var about = About(package);
        Assert.AreEqual(
            "MSBuildSdk Dependency",
            string.Join(' ', about.Descendants().Where(e => e.Name.LocalName == "packageType").Select(e => e.Attribute("name")!.Value))
        );
        Assert.AreEqual("true", Value(about, "developmentDependency"));
        Assert.AreEqual(0, about.Descendants().Count(e => e.Name.LocalName == "dependency"));
    }

    [TestMethod]
    public void The_engine_as_a_library_brings_its_dependencies_and_documentation()
    {
        using var package = PackageFeed.Shared.Open("MatterStack.Engine");

        CollectionAssert.IsSubsetOf(
            new[] { "lib/net10.0/MatterStack.Engine.dll", "lib/net10.0/MatterStack.Engine.xml" },
            package.Entries.Select(e => e.FullName).ToList()
        );
        Assert.AreEqual(
            "Microsoft.Data.Sqlite Microsoft.Extensions.FileSystemGlobbing NJsonSchema Parquet.Net YamlDotNet",
            string.Join(
                ' ',
                About(package)
                    .Descendants()
                    .Where(e => e.Name.LocalName == "dependency")
                    .Select(e => e.Attribute("id")!.Value)
                    .Order(StringComparer.Ordinal)
            )
        );
    }

    [TestMethod]
    [DataRow("MatterStack.Build")]
    [DataRow("MatterStack.Engine")]
    [DataRow("MatterStack.Templates")]
    public void A_package_says_what_it_is_whose_and_where_its_sources_are(string id)
    {
        NeedsHistory();
        using var package = PackageFeed.Shared.Open(id);
        var about = About(package);

        Assert.AreEqual("MIT", Value(about, "license"));
        Assert.AreEqual("README.md", Value(about, "readme"));
        Assert.AreEqual("icon.png", Value(about, "icon"));
        Assert.AreNotEqual("", Value(about, "description"));
        var repository = about.Descendants().Single(e => e.Name.LocalName == "repository");
        StringAssert.StartsWith(repository.Attribute("url")!.Value, PackageFeed.Hosted);
        Assert.HasCount(40, repository.Attribute("commit")!.Value);
        CollectionAssert.AreEqual(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, Bytes(package, "icon.png")[..4]);
    }

    [TestMethod]
    [DataRow("MatterStack.Build")]
    [DataRow("MatterStack.Engine")]
    public void Symbols_belong_to_the_assemblies_and_lead_to_sources_that_are_hosted(string id)
    {
        NeedsHistory();
        using var package = PackageFeed.Shared.Open(id);
        using var symbols = PackageFeed.Shared.Open(id, "snupkg");
        foreach (var entry in symbols.Entries.Where(e => e.FullName.EndsWith(".pdb", StringComparison.Ordinal)).ToList())
        {
            using var assembly = new PEReader(new MemoryStream(Bytes(package, Path.ChangeExtension(entry.FullName, ".dll"))));
            using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(symbols, entry.FullName)));
            var reader = provider.GetMetadataReader();
            Assert.AreEqual(
                new BlobContentId(reader.DebugMetadataHeader!.Id).Guid,
                assembly
                    .ReadCodeViewDebugDirectoryData(
                        assembly.ReadDebugDirectory().First(d => d is { Type: DebugDirectoryEntryType.CodeView, IsPortableCodeView: true })
                    )
                    .Guid,
                entry.FullName
            );
            foreach (var document in reader.Documents)
            {
                StringAssert.StartsWith(reader.GetString(reader.GetDocument(document).Name), "/_/");
            }

            var link = reader
                .CustomDebugInformation.Select(reader.GetCustomDebugInformation)
                .Single(i => reader.GetGuid(i.Kind) == SourceLink);
            StringAssert.Contains(
                Encoding.UTF8.GetString(reader.GetBlobBytes(link.Value)),
                "raw.githubusercontent.com/example/matterstack/"
            );
        }

        Assert.IsTrue(symbols.Entries.Any(e => e.Name == "MatterStack.Engine.pdb"));
    }

    [TestMethod]
    public void No_package_knows_a_path_of_the_machine_that_packed_it()
    {
        var paths = new[]
        {
            Repository.Folder,
            PackageFeed.Shared.Root,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/",
        };
        var searched = 0;
        foreach (var file in Directory.GetFiles(PackageFeed.Shared.Folder))
        {
            using var package = ZipFile.OpenRead(file);
            foreach (var entry in package.Entries.Where(e => e.Length > 0))
            {
                // As one byte a letter and as two: assemblies have both.
                var bytes = Bytes(package, entry.FullName);
                foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode })
                {
                    foreach (var path in paths)
                    {
                        Assert.IsLessThan(
                            0,
                            bytes.AsSpan().IndexOf(encoding.GetBytes(path)),
                            $"{path} is in {Path.GetFileName(file)}!{entry.FullName}"
                        );
                    }
                }

                searched++;
            }
        }

        Assert.IsGreaterThan(50, searched);
    }

    // Sources without their history are linked to nothing.
    private static void NeedsHistory()
    {
        if (!Path.Exists(Path.Combine(Repository.Folder, ".git")))
        {
            Require.Absent("git", "the sources are no clone");
        }
    }

    private static XElement About(ZipArchive package) =>
        XElement.Load(
            new MemoryStream(Bytes(package, package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).FullName))
        );

    private static string Value(XElement about, string name) => about.Descendants().Single(e => e.Name.LocalName == name).Value;

    private static byte[] Bytes(ZipArchive package, string name)
    {
        using var stream = package.GetEntry(name)!.Open();
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
