namespace MatterStack.Engine.Wiring;

/// <summary>What paths in wiring stand for on this machine: relative to the workspace folder, <c>~</c> is the home folder, whatever the current directory is.</summary>
internal sealed record WiringPaths(string WorkspaceFolder, string HomeFolder)
{
    public string Resolve(string path) => path switch
    {
        "~" => HomeFolder,
        _ when path.StartsWith("~/", StringComparison.Ordinal) => Path.GetFullPath(path[2..], HomeFolder),
        _ => Path.GetFullPath(path, WorkspaceFolder),
    };
}
