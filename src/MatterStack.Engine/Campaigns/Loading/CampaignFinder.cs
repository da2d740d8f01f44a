using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Finds the campaign class of an assembly in its metadata. The assembly is not loaded, because most ticks do not call the
/// campaign.</summary>
internal sealed class CampaignFinder : IDisposable
{
    private static readonly string Namespace = typeof(Campaign).Namespace!;
    private static readonly string Engine = typeof(Campaign).Assembly.GetName().Name!;
    private readonly string _folder;
    private readonly Dictionary<string, (PEReader File, MetadataReader Reader)?> _assemblies = new(StringComparer.OrdinalIgnoreCase);

    private CampaignFinder(string folder) => _folder = folder;

    /// <param name="assembly">Absolute path of the campaign project's own assembly.</param>
    /// <param name="wanted">Full or short name of the class; null: the only campaign class of the assembly.</param>
    /// <returns>Null if the assembly has none.</returns>
    public static Result<CampaignClass?> FindClass(string assembly, string? wanted)
    {
        using var finder = new CampaignFinder(Path.GetDirectoryName(assembly)!);
        if (finder.OpenAssembly(Path.GetFileName(assembly)) is not { } own)
        {
            return new Problem(CampaignCodes.ClassNotUsable, $"{assembly} cannot be read as an assembly", "Build the project again.");
        }

        var found = finder.ListClasses(own).OrderBy(c => c.Name, StringComparer.Ordinal).ToList();
        var names = string.Join(", ", found.Select(c => c.Name));
        if (wanted is not null)
        {
            var fitting = found.Where(c => c.Name == wanted || c.Name.EndsWith("." + wanted, StringComparison.Ordinal)).ToList();
            return fitting switch
            {
                [var one] => one,
                [] => new Problem(
                    CampaignCodes.NoSuchClass,
                    $"'{wanted}' is not a campaign class of {Path.GetFileName(assembly)}",
                    found.Count == 0 ? CampaignCodes.NoSuchClass.Remedy : $"It has {names}."
                ),
                _ => new Problem(
                    CampaignCodes.SeveralClasses,
                    $"'{wanted}' can be {string.Join(" or ", fitting.Select(c => c.Name))}",
                    "Give the full name in MatterStackCampaignClass."
                ),
            };
        }

        return found.Count <= 1
            ? Result<CampaignClass?>.Ok(found.SingleOrDefault(), [])
            : Problem.Create(CampaignCodes.SeveralClasses, $"The project has {found.Count} campaign classes: {names}");
    }

    public void Dispose()
    {
        foreach (var opened in _assemblies.Values)
        {
            opened?.File.Dispose();
        }
    }

    private IEnumerable<CampaignClass> ListClasses(MetadataReader reader)
    {
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            if (
                (type.Attributes & (TypeAttributes.Abstract | TypeAttributes.Interface)) == 0
                && type.GetGenericParameters().Count == 0
                && ClassifyBase(reader, type.BaseType, 0) is { } analyzes
            )
            {
                yield return new CampaignClass(GetFullName(reader, type), analyzes);
            }
        }
    }

    // Null: not a campaign. Base classes can be in other assemblies of the folder.
    private bool? ClassifyBase(MetadataReader reader, EntityHandle baseType, int depth)
    {
        if (baseType.IsNil || depth > 100)
        {
            return null;
        }

        switch (baseType.Kind)
        {
            case HandleKind.TypeSpecification:
                var signature = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)baseType).Signature);
                return
                    signature.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance && signature.ReadCompressedInteger() is var _
                    ? ClassifyBase(reader, signature.ReadTypeHandle(), depth + 1)
                    : null;
            case HandleKind.TypeDefinition:
                return ClassifyBase(reader, reader.GetTypeDefinition((TypeDefinitionHandle)baseType).BaseType, depth + 1);
            case HandleKind.TypeReference:
                var reference = reader.GetTypeReference((TypeReferenceHandle)baseType);
                return reference.ResolutionScope.Kind == HandleKind.AssemblyReference
                    ? ClassifyExternalBase(reader, reference, depth)
                    : null;
            default:
                return null;
        }
    }

    private bool? ClassifyExternalBase(MetadataReader reader, TypeReference reference, int depth)
    {
        var assembly = reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name);
        var (space, name) = (reader.GetString(reference.Namespace), reader.GetString(reference.Name));
        if (assembly == Engine)
        {
            return space != Namespace
                ? null
                : name switch
                {
                    "Campaign" => false,
                    "Campaign`1" => true,
                    _ => null,
                };
        }

        if (OpenAssembly(assembly + ".dll") is not { } other)
        {
            return null;
        }

        var type = other
            .TypeDefinitions.Select(other.GetTypeDefinition)
            .FirstOrDefault(t => other.StringComparer.Equals(t.Name, name) && other.StringComparer.Equals(t.Namespace, space));
        return ClassifyBase(other, type.BaseType, depth + 1);
    }

    private MetadataReader? OpenAssembly(string name)
    {
        if (!_assemblies.TryGetValue(name, out var opened))
        {
            var path = Path.Combine(_folder, name);
            try
            {
                if (File.Exists(path))
                {
                    var file = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
                    opened = file.HasMetadata ? (file, file.GetMetadataReader()) : null;
                }
            }
            catch (BadImageFormatException)
            {
                opened = null;
            }

            _assemblies[name] = opened;
        }

        return opened?.Reader;
    }

    private static string GetFullName(MetadataReader reader, TypeDefinition type)
    {
        var name = reader.GetString(type.Name);
        if (type.GetDeclaringType() is { IsNil: false } outer)
        {
            return GetFullName(reader, reader.GetTypeDefinition(outer)) + "+" + name;
        }

        return reader.GetString(type.Namespace) is { Length: > 0 } space ? space + "." + name : name;
    }
}
