using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>Flags of the system call <c>open</c>, which differ between systems and processors.</summary>
/// <param name="NoFollow">A link as the last part of the path is an error.</param>
/// <param name="Folder">Opens a folder; child processes do not inherit it.</param>
/// <param name="File">Opens a file but no link, and does not wait for the other end of a pipe.</param>
internal readonly record struct OpenFlags(int NoFollow, int Folder, int File)
{
    public static OpenFlags Current { get; } =
        OperatingSystem.IsMacOS() ? Create(doNotBlock: 0x4, closeOnExec: 0x1000000, folder: 0x100000, doNotFollow: 0x100)
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le
            ? Create(doNotBlock: 0x800, closeOnExec: 0x80000, folder: 0x4000, doNotFollow: 0x8000)
        : Create(doNotBlock: 0x800, closeOnExec: 0x80000, folder: 0x10000, doNotFollow: 0x20000);

    private static OpenFlags Create(int doNotBlock, int closeOnExec, int folder, int doNotFollow) =>
        new(doNotFollow, folder | closeOnExec, doNotBlock | closeOnExec | doNotFollow);
}
