using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Runs;

/// <summary>Folder of a run, with the paths of its parts. No file inside contains an absolute path of the run.</summary>
internal sealed record RunFolder(RunId Id, string Path)
{
    public string StoreFile => GetPath("state.sqlite");

    public string ConfigFile => GetPath("config.json");

    public string LockFile => GetPath("run.lock");

    /// <summary>Folder of request files from other machines.</summary>
    public string RequestsFolder => GetPath("requests");

    public string EvidenceFolder => GetPath("evidence");

    /// <summary>Page that <c>-t:Report</c> writes; an evidence bundle contains its own.</summary>
    public string ReportFile => GetPath("report.html");

    public string WiringSnapshotFolder => GetPath(SnapshotPaths.RelativeFolder);

    /// <summary>Folder of the campaign's input files, named by their hashes.</summary>
    public string InputsFolder => GetPath(MatterStack.Engine.Operators.Attempts.InputStager.InputsFolder);

    /// <summary>Folder of the campaign's programs, one folder each, named by a hash.</summary>
    public string ProgramsFolder => GetPath("program");

    private string GetPath(string name) => System.IO.Path.Combine(Path, name);
}
