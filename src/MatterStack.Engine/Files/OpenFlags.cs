using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>Flags of the system call <c>open</c>, which differ between systems and processors.</summary>
/// <param name="DoNotFollow">A link in the last place is an error.</param>
/// <param name="Folder">A folder, closed in processes that are started.</param>
/// <param name="File">A file, no link, without waiting for whoever is at the other end of a pipe.</param>
internal readonly record struct OpenFlags(int DoNotFollow, int Folder, int File)
{
    public static OpenFlags OfThisSystem { get; } = OperatingSystem.IsMacOS() ? Of(doNotBlock: 0x4, closeOnExec: 0x1000000, folder: 0x100000, doNotFollow: 0x100)
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le ? Of(doNotBlock: 0x800, closeOnExec: 0x80000, folder: 0x4000, doNotFollow: 0x8000)
        : Of(doNotBlock: 0x800, closeOnExec: 0x80000, folder: 0x10000, doNotFollow: 0x20000);

    private static OpenFlags Of(int doNotBlock, int closeOnExec, int folder, int doNotFollow) => new(doNotFollow, folder | closeOnExec, doNotBlock | closeOnExec | doNotFollow);
}
