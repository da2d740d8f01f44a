using System.Reflection;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Finds assemblies of the runtime and of other installed frameworks, such as ASP.NET. No program has them in its
/// folder.</summary>
internal static class SharedFrameworks
{
    private static readonly string Own = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "";
    private static readonly Lazy<IReadOnlyList<string>> Others = new(Find);

    /// <summary>Whether the runtime of this process has an assembly.</summary>
    public static bool IsOfRuntime(AssemblyName assembly) => File.Exists(Path.Combine(Own, assembly.Name + ".dll"));

    /// <summary>Absolute path of an assembly of another framework; null if none has it.</summary>
    public static string? PathOf(AssemblyName assembly) =>
        Others.Value.Select(folder => Path.Combine(folder, assembly.CultureName ?? "", assembly.Name + ".dll")).FirstOrDefault(File.Exists);

    // The layout is shared/NAME/VERSION. Of each framework, the newest version with the running major version is used.
    private static List<string> Find() =>
        Path.GetDirectoryName(Own) is { } own && Path.GetDirectoryName(own) is { } shared
            ? [.. Directory.EnumerateDirectories(shared).Order(StringComparer.Ordinal).Where(framework => framework != own).Select(Newest).OfType<string>()]
            : [];

    private static string? Newest(string framework) => Directory.EnumerateDirectories(framework)
        .Select(folder => (Folder: folder, Version: Version.TryParse(Path.GetFileName(folder), out var version) ? version : null))
        .Where(found => found.Version?.Major == Environment.Version.Major)
        .OrderBy(found => found.Version)
        .Select(found => found.Folder)
        .LastOrDefault();
}
