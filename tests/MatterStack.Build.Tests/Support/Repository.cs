namespace MatterStack.Build.Tests.Support;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    /// <summary>Where the build of the tests has put the task assembly.</summary>
    public static string TasksFolder { get; } =
        Path.Combine(Folder, "src", "MatterStack.Build", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0")
        + Path.DirectorySeparatorChar;

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "MatterStack.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No MatterStack.sln above {AppContext.BaseDirectory}");
    }
}
