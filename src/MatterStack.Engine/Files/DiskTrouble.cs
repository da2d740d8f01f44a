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

    private const int MostTries = 4;
    private const int NotConnectedLinux = 107;
    private const int TimedOutLinux = 110;
    private const int HostDownLinux = 112;
    private const int NoRouteLinux = 113;
    private const int StaleLinux = 116;
    private const int RemoteIoLinux = 121;
    private const int NotConnectedMac = 57;
    private const int TimedOutMac = 60;
    private const int HostDownMac = 64;
    private const int NoRouteMac = 65;
    private const int StaleMac = 70;

    /// <summary>Whether a file was another one when it was opened: another machine has replaced it, and its name leads to the new one.</summary>
    public static bool IsStale(Exception e) => e is IOException && e.HResult == (OperatingSystem.IsMacOS() ? StaleMac : StaleLinux);

    /// <summary>Reads a file, which is opened anew where another machine has put another one in its place meanwhile.</summary>
    public static T AgainIfStale<T>(Func<T> read)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return read();
            }
            catch (IOException e) when (IsStale(e) && tries < MostTries)
            {
                // Its name leads to the new one.
            }
        }
    }

    /// <summary>Whether an error's number says that a file system, its server or its connection is gone.</summary>
    public static bool IsOfFileSystem(int error) => OperatingSystem.IsMacOS()
        ? error is NotConnectedMac or TimedOutMac or HostDownMac or NoRouteMac or StaleMac or IoError
        : error is NotConnectedLinux or TimedOutLinux or HostDownLinux or NoRouteLinux or StaleLinux or RemoteIoLinux or IoError;

    /// <summary>No space, no quota left, an input/output error, or a file system that has become read-only.</summary>
    public static bool Is(Exception e) =>
        e is IOException && e.HResult is IoError or NoSpace or ReadOnly or QuotaLinux or QuotaMac or DiskFullWindows or HandleDiskFullWindows;

    /// <summary>An input/output error: of the disk, or of the file system of other machines that is mounted here.</summary>
    public static bool IsOfReading(Exception e) => e is IOException && e.HResult == IoError;
}
