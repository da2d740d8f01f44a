using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs;

/// <summary>Folder of a run, with the paths of its parts. No file inside contains an absolute path of the run.</summary>
internal sealed record RunFolder(RunId Id, string Path)
{
    public string Store => In("state.sqlite");

    public string Card => In("config.json");

    public string Lock => In("run.lock");

    /// <summary>Folder of request files from other machines.</summary>
    public string Requests => In("requests");

    public string Evidence => In("evidence");

    /// <summary>Page that <c>-t:Report</c> writes; an evidence bundle contains its own.</summary>
    public string Report => In("report.html");

    public string WiringSnapshot => In("operators_snapshot");

    /// <summary>Folder of the campaign's input files, named by their hashes.</summary>
    public string Inputs => In(Operators.InputStager.InputsFolder);

    /// <summary>Folder of the campaign's programs, one folder each, named by a hash.</summary>
    public string Programs => In("program");

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
