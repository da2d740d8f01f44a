using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Locates lines of a campaign's source files.</summary>
/// <param name="ProjectFile">The campaign project; builds write paths below its folder as <c>/_/name/…</c>.</param>
/// <param name="BuiltAssembly">Absolute path of the assembly of the last build. Its folder has the symbols, which a run does not keep. Null
/// if unknown.</param>
/// <remarks>Symbols are used only if they belong to the loaded bytes, so that no wrong line is reported.</remarks>
internal sealed record SourceLocator(string ProjectFile, string? BuiltAssembly)
{
    private const string MappedPrefix = "/_/";

    /// <summary>Converts a position that the compiler recorded to a file of this machine.</summary>
    public SourcePosition MapPosition(SourcePosition at)
    {
        var prefix = MappedPrefix + Path.GetFileNameWithoutExtension(ProjectFile) + "/";
        var file = at.File.Replace('\\', '/');
        return file.StartsWith(prefix, StringComparison.Ordinal)
            ? at with
            {
                File = Path.Combine(Path.GetDirectoryName(ProjectFile)!, file[prefix.Length..]),
            }
            : at;
    }

    /// <summary>Finds the innermost line of the campaign's own code in the stack of an exception; null if there are no symbols.</summary>
    /// <param name="thrown">The exception.</param>
    /// <param name="assembly">Absolute path of the assembly whose bytes were loaded.</param>
    /// <param name="assemblyName">Its simple name.</param>
    public SourcePosition? FindPosition(Exception thrown, string assembly, string assemblyName)
    {
        using var symbols = OpenSymbols(assembly);
        if (symbols is null)
        {
            return null;
        }

        // Frames of the runtime and of packages are skipped, because the message needs a line of the user.
        foreach (var frame in new StackTrace(thrown, fNeedFileInfo: false).GetFrames())
        {
            if (
                frame.GetMethod() is { } method
                && method.Module.Assembly.GetName().Name == assemblyName
                && FindLine(symbols.GetMetadataReader(), method.MetadataToken, frame.GetILOffset()) is { } at
            )
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>Finds the first line of a method; null if there are no symbols.</summary>
    public SourcePosition? FindPosition(System.Reflection.MethodInfo? method, string assembly)
    {
        using var symbols = method is null ? null : OpenSymbols(assembly);
        return symbols is null ? null : FindLine(symbols.GetMetadataReader(), method!.MetadataToken, 0);
    }

    private SourcePosition? FindLine(MetadataReader reader, int token, int offset)
    {
        var handle = MetadataTokens.MethodDefinitionHandle(token & 0xFFFFFF);
        if (MetadataTokens.GetRowNumber(handle) > reader.MethodDebugInformation.Count)
        {
            return null;
        }

        var points = reader.GetMethodDebugInformation(handle).GetSequencePoints().Where(p => !p.IsHidden).ToList();
        var point = points.LastOrDefault(p => p.Offset <= offset, points.FirstOrDefault());
        return point.Document.IsNil
            ? null
            : MapPosition(
                new SourcePosition(
                    reader.GetString(reader.GetDocument(point.Document).Name),
                    point.StartLine,
                    point.StartColumn,
                    point.EndLine,
                    point.EndColumn
                )
            );
    }

    private MetadataReaderProvider? OpenSymbols(string assembly)
    {
        if (BuiltAssembly is null || Path.ChangeExtension(BuiltAssembly, ".pdb") is not { } file || !File.Exists(file))
        {
            return null;
        }

        try
        {
            using var loaded = new PEReader(new MemoryStream(File.ReadAllBytes(assembly)));
            var entry = loaded
                .ReadDebugDirectory()
                .FirstOrDefault(e => e is { Type: DebugDirectoryEntryType.CodeView, IsPortableCodeView: true });
            var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(File.ReadAllBytes(file)));
            var id = new BlobContentId(provider.GetMetadataReader().DebugMetadataHeader!.Id);
            if (entry.DataSize > 0 && loaded.ReadCodeViewDebugDirectoryData(entry).Guid == id.Guid && entry.Stamp == id.Stamp)
            {
                return provider;
            }

            provider.Dispose();
            return null;
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
