using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Finds the line of a campaign's source that something happened at.</summary>
/// <param name="ProjectFile">The campaign project; builds write paths below its folder as <c>/_/name/…</c>.</param>
/// <param name="Built">Absolute path of the assembly as it was built last: beside it are its symbols, which a run does not keep. Null if it is not known.</param>
/// <remarks>Symbols are taken only if they belong to the very bytes that were loaded; otherwise there is no line rather than a wrong one.</remarks>
internal sealed record CampaignSources(string ProjectFile, string? Built)
{
    private const string Mapped = "/_/";

    /// <summary>A place as the compiler recorded it, as a file on this machine.</summary>
    public SourcePosition Locate(SourcePosition at)
    {
        var prefix = Mapped + Path.GetFileNameWithoutExtension(ProjectFile) + "/";
        var file = at.File.Replace('\\', '/');
        return file.StartsWith(prefix, StringComparison.Ordinal) ? at with { File = Path.Combine(Path.GetDirectoryName(ProjectFile)!, file[prefix.Length..]) } : at;
    }

    /// <summary>The innermost line of the campaign's own code on the way to an exception; null if there are no symbols.</summary>
    /// <param name="thrown">The exception.</param>
    /// <param name="assembly">Absolute path of the assembly whose bytes were loaded.</param>
    /// <param name="assemblyName">Its simple name.</param>
    public SourcePosition? Of(Exception thrown, string assembly, string assemblyName)
    {
        using var symbols = Symbols(assembly);
        if (symbols is null)
        {
            return null;
        }

        // Frames of the runtime and of packages are passed over: the user's own line is wanted.
        foreach (var frame in new StackTrace(thrown, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is { } method && method.Module.Assembly.GetName().Name == assemblyName && Line(symbols.GetMetadataReader(), method.MetadataToken, frame.GetILOffset()) is { } at)
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>Where a method begins; null if there are no symbols.</summary>
    public SourcePosition? Of(System.Reflection.MethodInfo? method, string assembly)
    {
        using var symbols = method is null ? null : Symbols(assembly);
        return symbols is null ? null : Line(symbols.GetMetadataReader(), method!.MetadataToken, 0);
    }

    private SourcePosition? Line(MetadataReader reader, int token, int offset)
    {
        var handle = MetadataTokens.MethodDefinitionHandle(token & 0xFFFFFF);
        if (MetadataTokens.GetRowNumber(handle) > reader.MethodDebugInformation.Count)
        {
            return null;
        }

        var points = reader.GetMethodDebugInformation(handle).GetSequencePoints().Where(p => !p.IsHidden).ToList();
        var point = points.LastOrDefault(p => p.Offset <= offset, points.FirstOrDefault());
        return point.Document.IsNil ? null
            : Locate(new SourcePosition(reader.GetString(reader.GetDocument(point.Document).Name), point.StartLine, point.StartColumn, point.EndLine, point.EndColumn));
    }

    private MetadataReaderProvider? Symbols(string assembly)
    {
        if (Built is null || Path.ChangeExtension(Built, ".pdb") is not { } file || !File.Exists(file))
        {
            return null;
        }

        try
        {
            using var loaded = new PEReader(new MemoryStream(File.ReadAllBytes(assembly)));
            var entry = loaded.ReadDebugDirectory().FirstOrDefault(e => e is { Type: DebugDirectoryEntryType.CodeView, IsPortableCodeView: true });
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
