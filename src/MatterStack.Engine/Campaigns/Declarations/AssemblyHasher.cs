using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Computes a hash of an assembly's code: of its bytes without those that differ between builds of the same code.</summary>
/// <remarks>
/// A compiler writes a hash of the symbols into an assembly. That hash covers comments, line numbers and every reference, used or not,
/// so a comment or a new version of the engine would change the program of each campaign.
/// </remarks>
internal static class AssemblyHasher
{
    public static Sha256 ComputeHash(byte[] assembly)
    {
        try
        {
            using var file = new PEReader(new MemoryStream(assembly));
            return file.HasMetadata ? Sha256.ComputeHash(ClearBuildData(file, (byte[])assembly.Clone())) : Sha256.ComputeHash(assembly);
        }
        catch (BadImageFormatException)
        {
            return Sha256.ComputeHash(assembly);
        }
    }

    private static byte[] ClearBuildData(PEReader file, byte[] bytes)
    {
        var headers = file.PEHeaders;
        var metadata = file.GetMetadataReader();
        // Time stamp and check sum.
        bytes.AsSpan(headers.CoffHeaderStartOffset + 4, 4).Clear();
        bytes.AsSpan(headers.PEHeaderStartOffset + 64, 4).Clear();
        if (headers.TryGetDirectoryOffset(headers.PEHeader!.DebugTableDirectory, out var debug))
        {
            foreach (var entry in file.ReadDebugDirectory())
            {
                bytes.AsSpan(entry.DataPointer, entry.DataSize).Clear();
            }

            bytes.AsSpan(debug, headers.PEHeader.DebugTableDirectory.Size).Clear();
        }

        var mvid = metadata.GetModuleDefinition().Mvid;
        bytes
            .AsSpan(
                headers.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.Guid) + (metadata.GetHeapOffset(mvid) - 1) * 16,
                16
            )
            .Clear();
        return bytes;
    }
}
