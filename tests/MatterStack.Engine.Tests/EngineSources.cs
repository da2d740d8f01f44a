using System.Text.RegularExpressions;

namespace MatterStack.Engine.Tests;

/// <summary>The source files of the engine, and the folders whose types each of them names.</summary>
internal static class EngineSources
{
    private const string RootNamespace = "MatterStack.Engine";

    private static readonly Regex Declaration = new(
        @"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|unsafe|ref) )*"
            + @"(?:class|record struct|record|struct|interface|enum|delegate [\w<>?.]+) (\w+)",
        RegexOptions.Multiline
    );

    private static readonly Regex Namespace = new(@"^namespace ([\w.]+);", RegexOptions.Multiline);
    private static readonly Regex Using = new(@"^using ([\w.]+);", RegexOptions.Multiline);
    private static readonly Regex Comment = new(@"^\s*//.*$", RegexOptions.Multiline);
    private static readonly Regex Text = new(@"""(?:[^""\\\n]|\\.)*""");
    private static readonly Regex Hole = new(@"\{([^{}]*)\}");
    private static readonly Regex TypeName = new(@"(?<![\w.])[A-Z]\w*");
    private static readonly Regex QualifiedName = new(@"\bMatterStack\.Engine((?:\.\w+)+)");

    public static IReadOnlyList<EngineSource> All { get; } = ReadAll();

    /// <summary>Finds the arrows between folders: a file of the first folder names a type of the second one.</summary>
    public static IEnumerable<(EngineSource Source, string Folder, string Type)> FindArrows()
    {
        var declared = All.SelectMany(source =>
                Declaration.Matches(source.Text).Select(m => (Type: m.Groups[1].Value, source.Folder, Namespace: GetNamespace(source)))
            )
            .ToLookup(d => d.Type, StringComparer.Ordinal);
        foreach (var source in All)
        {
            // A type is visible by its name in its namespace, in the namespaces inside it, and behind a using.
            var visible = Using.Matches(source.Text).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
            for (var name = GetNamespace(source); name.Length > 0; name = name[..Math.Max(0, name.LastIndexOf('.'))])
            {
                visible.Add(name);
            }

            var code = RemoveTexts(Comment.Replace(source.Text, ""));
            var byName = TypeName
                .Matches(code)
                .Select(m => m.Value)
                .Distinct()
                .SelectMany(name => declared[name].Where(d => visible.Contains(d.Namespace)));
            var qualified = QualifiedName
                .Matches(Comment.Replace(source.Text, ""))
                .Select(m => m.Groups[1].Value.Split('.')[1..])
                .SelectMany(parts =>
                    Enumerable
                        .Range(0, parts.Length)
                        .SelectMany(i =>
                            declared[parts[i]]
                                .Where(d => d.Namespace == RootNamespace + string.Concat(parts[..i].Select(part => "." + part)))
                        )
                );
            foreach (var (type, folder, _) in byName.Concat(qualified).Where(d => d.Folder != source.Folder).Distinct())
            {
                yield return (source, folder, type);
            }
        }
    }

    private static string GetNamespace(EngineSource source) => Namespace.Match(source.Text).Groups[1].Value;

    // The holes of an interpolated text are code.
    private static string RemoveTexts(string code) =>
        Text.Replace(code, m => string.Join(' ', Hole.Matches(m.Value).Select(hole => hole.Groups[1].Value)));

    private static IReadOnlyList<EngineSource> ReadAll()
    {
        var engine = Path.Combine(Repository.Folder, "src", "MatterStack.Engine");
        return
        [
            .. Directory
                .EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
                .Select(file => (Relative: Path.GetRelativePath(engine, file), File: file))
                .Where(f => f.Relative.Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin"))
                .Select(f => new EngineSource(
                    Path.GetDirectoryName(f.Relative)!.Replace(Path.DirectorySeparatorChar, '/'),
                    Path.GetFileName(f.File),
                    File.ReadAllText(f.File)
                )),
        ];
    }
}
