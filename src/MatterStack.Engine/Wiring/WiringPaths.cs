namespace MatterStack.Engine.Wiring;

/// <summary>Base folders for paths in wiring: relative paths start at the workspace folder, <c>~</c> is the home folder. The current
/// directory does not matter.</summary>
internal sealed record WiringPaths(string WorkspaceFolder, string HomeFolder)
{
    public string Resolve(string path) =>
        path switch
        {
            "~" => HomeFolder,
            _ when path.StartsWith("~/", StringComparison.Ordinal) => Path.GetFullPath(path[2..], HomeFolder),
            _ => Path.GetFullPath(path, WorkspaceFolder),
        };
}
