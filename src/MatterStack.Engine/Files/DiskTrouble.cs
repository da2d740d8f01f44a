namespace MatterStack.Engine.Files;

/// <summary>Tells trouble of a disk, which goes away again, from a path that is wrong.</summary>
internal static class DiskTrouble
{
    private const int IoError = 5;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>No space, no quota left, an input/output error, or a file system that has become read-only.</summary>
    public static bool Is(Exception e) =>
        e is IOException && e.HResult is IoError or NoSpace or ReadOnly or QuotaLinux or QuotaMac or DiskFullWindows or HandleDiskFullWindows;
}
