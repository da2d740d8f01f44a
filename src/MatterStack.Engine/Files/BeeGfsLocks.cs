namespace MatterStack.Engine.Files;

/// <summary>
/// Reads from the configuration of the BeeGFS clients whether their locks are valid on all machines; no mount option shows it.
/// </summary>
internal static class BeeGfsLocks
{
    private const string ClientsFolder = "/proc/fs/beegfs";

    /// <summary>Whether every BeeGFS client of this machine uses global locks.</summary>
    /// <param name="clients">Folder in which the system lists the clients.</param>
    public static bool AreGlobal(string clients = ClientsFolder)
    {
        try
        {
            var configurations = Directory.EnumerateDirectories(clients).Select(static client => Path.Combine(client, "config")).ToList();
            return configurations.Count > 0
                && configurations.TrueForAll(static file =>
                    File.ReadLines(file)
                        .Any(static line =>
                            line.Split('=', StringSplitOptions.TrimEntries) is ["tuneUseGlobalFileLocks", var value]
                            && value is "1" or "true" or "yes" or "on"
                        )
                );
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return false;
        }
    }
}
