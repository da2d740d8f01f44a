using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Checks that the folder of a campaign's program has all files that the program needs. A run has only these files when it calls
/// the campaign hours later, on a machine that may have no packages.</summary>
/// <remarks>Packages may refer to assemblies that they do not need, so only references of the campaign's own code and of referenced
/// projects are checked.</remarks>
internal static class ProgramCheck
{
    private const string Remedy =
        "Let the build copy it: a PackageReference or ProjectReference without ExcludeAssets=\"runtime\" and Private=\"false\", "
        + "and CopyLocalLockFileAssemblies not set to false. Then build again.";

    private static readonly string Engine = typeof(ProgramCheck).Assembly.GetName().Name!;

    /// <param name="assembly">Absolute path of the campaign's own assembly.</param>
    /// <param name="load">Loads an assembly as the campaign would.</param>
    /// <exception cref="ProblemException">Files are missing. The problems name all of them.</exception>
    public static void CheckProgram(string assembly, Func<AssemblyName, Assembly> load)
    {
        var folder = Path.GetDirectoryName(assembly)!;
        var dependencies = ProgramDependencies.ReadDependencies(assembly);
        var problems = dependencies
            .Files.Where(file => !File.Exists(Path.Combine(folder, file.File)))
            .Select(file => CreateProblem($"{file.File} of {file.Library} is not in the folder of {Path.GetFileName(assembly)}"))
            .ToList();
        if (problems.Count == 0)
        {
            var own = dependencies
                .ProjectAssemblies.Select(name => Path.Combine(folder, name + ".dll"))
                .Where(File.Exists)
                .Prepend(assembly);
            problems.AddRange(
                own.SelectMany(file => ReadReferences(file).Select(reference => FindProblem(file, reference, load))).OfType<Problem>()
            );
        }

        if (problems.Count > 0)
        {
            throw new ProblemException(problems);
        }
    }

    private static Problem? FindProblem(string file, AssemblyName reference, Func<AssemblyName, Assembly> load)
    {
        var who = $"{Path.GetFileName(file)} needs the assembly {reference.Name} {reference.Version}";
        // An assembly of the build's own program does not count, because its version can change.
        if (
            !File.Exists(Path.Combine(Path.GetDirectoryName(file)!, reference.Name + ".dll"))
            && SharedFrameworks.FindPath(reference) is null
        )
        {
            return CreateProblem($"{who}, which is neither in its folder nor in an installed framework");
        }

        try
        {
            load(reference);
            return null;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return CreateProblem($"{who}, which cannot be loaded: {e.Message}");
        }
    }

    // Without assemblies that every process with a campaign has.
    private static List<AssemblyName> ReadReferences(string file)
    {
        using var opened = new PEReader(new MemoryStream(File.ReadAllBytes(file)));
        if (!opened.HasMetadata)
        {
            return [];
        }

        var reader = opened.GetMetadataReader();
        return
        [
            .. reader
                .AssemblyReferences.Select(handle => reader.GetAssemblyReference(handle).GetAssemblyName())
                .Where(name =>
                    name.Name != Engine
                    && (!SharedFrameworks.IsInRuntime(name) || File.Exists(Path.Combine(Path.GetDirectoryName(file)!, name.Name + ".dll")))
                ),
        ];
    }

    private static Problem CreateProblem(string what) => new(CampaignCodes.ProgramIncomplete, what, Remedy);
}
