using System.Globalization;
using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>User and group of a file, by name if there is one, otherwise by number.</summary>
internal readonly partial record struct FileOwner(string User, string Group)
{
    private const int CurrentFolder = -100;
    private const uint OwnerAndGroupMask = 0x8 | 0x10;
    private const int StatSize = 256;
    private const int TextSize = 16384;

    /// <summary>Owner of a file. Returns null if unknown.</summary>
    public static FileOwner? FindOwner(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? ReadOnLinux(path) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // The C library is older than 2018 and has no statx.
            return null;
        }
    }

    private static unsafe FileOwner? ReadOnLinux(string path)
    {
        var stat = stackalloc byte[StatSize];
        if (LibcFiles.ReadAttributes(CurrentFolder, path, 0, OwnerAndGroupMask, stat) != 0)
        {
            return null;
        }

        var (user, group) = (*(uint*)(stat + 20), *(uint*)(stat + 24));
        return new FileOwner(GetName(user, ofGroup: false), GetName(group, ofGroup: true));
    }

    // Both records (passwd and group) begin with the name.
    private static unsafe string GetName(uint id, bool ofGroup)
    {
        var record = stackalloc byte[StatSize];
        var text = stackalloc byte[TextSize];
        byte** found = null;
        var error = ofGroup ? LookUpGroup(id, record, text, TextSize, &found) : LookUpUser(id, record, text, TextSize, &found);
        return error == 0 && found is not null && Marshal.PtrToStringUTF8((nint)(*found)) is { Length: > 0 } name
            ? name
            : id.ToString(CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static unsafe partial int LookUpUser(uint id, byte* record, byte* text, nuint size, byte*** result);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    private static unsafe partial int LookUpGroup(uint id, byte* record, byte* text, nuint size, byte*** result);
}
