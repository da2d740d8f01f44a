using System.Reflection;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Finds assemblies of the runtime and of other installed frameworks, such as ASP.NET. No program has them in its
/// folder.</summary>
internal static class SharedFrameworks
{
    private static readonly string RuntimeFolder = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "";
    private static readonly Lazy<IReadOnlyList<string>> OtherFolders = new(FindFolders);

    /// <summary>Whether the runtime of this process has an assembly.</summary>
    public static bool IsInRuntime(AssemblyName assembly) => File.Exists(Path.Combine(RuntimeFolder, assembly.Name + ".dll"));

    /// <summary>Absolute path of an assembly of another framework; null if none has it.</summary>
    public static string? FindPath(AssemblyName assembly) =>
        OtherFolders
            .Value.Select(folder => Path.Combine(folder, assembly.CultureName ?? "", assembly.Name + ".dll"))
            .FirstOrDefault(File.Exists);

    // The layout is shared/NAME/VERSION. Of each framework, the newest version with the running major version is used.
    private static List<string> FindFolders() =>
        Path.GetDirectoryName(RuntimeFolder) is { } own && Path.GetDirectoryName(own) is { } shared
            ?
            [
                .. Directory
                    .EnumerateDirectories(shared)
                    .Order(StringComparer.Ordinal)
                    .Where(framework => framework != own)
                    .Select(FindNewestVersion)
                    .OfType<string>(),
            ]
            : [];

    private static string? FindNewestVersion(string framework) =>
        Directory
            .EnumerateDirectories(framework)
            .Select(folder => (Folder: folder, Version: Version.TryParse(Path.GetFileName(folder), out var version) ? version : null))
            .Where(found => found.Version?.Major == Environment.Version.Major)
            .OrderBy(found => found.Version)
            .Select(found => found.Folder)
            .LastOrDefault();
}
