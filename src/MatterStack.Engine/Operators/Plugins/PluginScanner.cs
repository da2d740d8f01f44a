using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MatterStack.Engine.Operators.Plugins;

/// <summary>Finds operator providers in the metadata of a campaign's assemblies, without loading them.</summary>
internal static class PluginScanner
{
    private static readonly string EngineAssembly = typeof(OperatorProvider).Assembly.GetName().Name!;

    /// <summary>Returns assemblies and full names of public classes that derive from <see cref="OperatorProvider"/>, directly or through
    /// classes of the same assembly.</summary>
    /// <param name="assembly">Absolute path of the campaign's assembly. Libraries in the same folder are searched, too.</param>
    public static IReadOnlyList<(string Assembly, string Name)> FindProviders(string assembly) =>
        [
            .. Directory
                .EnumerateFiles(Path.GetDirectoryName(assembly)!, "*.dll")
                .Order(StringComparer.Ordinal)
                .Where(file => Path.GetFileNameWithoutExtension(file) != EngineAssembly)
                .SelectMany(file => ScanAssembly(file).Select(name => (file, name))),
        ];

    private static List<string> ScanAssembly(string path)
    {
        try
        {
            // Read into memory, so that the file is not locked for the next build.
            using var file = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
            if (!file.HasMetadata)
            {
                return [];
            }

            var reader = file.GetMetadataReader();
            return reader.AssemblyReferences.Any(r => reader.StringComparer.Equals(reader.GetAssemblyReference(r).Name, EngineAssembly))
                ?
                [
                    .. reader
                        .TypeDefinitions.Select(reader.GetTypeDefinition)
                        .Where(t => IsProvider(reader, t))
                        .Select(t => GetFullName(reader, t)),
                ]
                : [];
        }
        catch (BadImageFormatException)
        {
            // A native library, or not a library at all.
            return [];
        }
    }

    private static bool IsProvider(MetadataReader reader, TypeDefinition type) =>
        (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public
        && (type.Attributes & TypeAttributes.Abstract) == 0
        && DerivesFromProvider(reader, type.BaseType, 0);

    private static bool DerivesFromProvider(MetadataReader reader, EntityHandle baseType, int depth)
    {
        if (baseType.IsNil || depth > 100)
        {
            return false;
        }

        if (baseType.Kind == HandleKind.TypeDefinition)
        {
            return DerivesFromProvider(reader, reader.GetTypeDefinition((TypeDefinitionHandle)baseType).BaseType, depth + 1);
        }

        return baseType.Kind == HandleKind.TypeReference
            && reader.GetTypeReference((TypeReferenceHandle)baseType) is var reference
            && reader.StringComparer.Equals(reference.Name, nameof(OperatorProvider))
            && reader.StringComparer.Equals(reference.Namespace, typeof(OperatorProvider).Namespace!);
    }

    private static string GetFullName(MetadataReader reader, TypeDefinition type) =>
        reader.GetString(type.Namespace) is { Length: > 0 } space ? $"{space}.{reader.GetString(type.Name)}" : reader.GetString(type.Name);
}
