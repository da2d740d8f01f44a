namespace MatterStack.Acceptance.Support;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    public static string Targets { get; } = Path.Combine(Folder, "Directory.Build.targets");

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
