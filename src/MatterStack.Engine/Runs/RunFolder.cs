using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs;

/// <summary>Where the parts of a run are. Nothing inside refers to the run by absolute path.</summary>
internal sealed record RunFolder(RunId Id, string Path)
{
    public string Store => In("state.sqlite");

    public string Card => In("config.json");

    public string Lock => In("run.lock");

    /// <summary>Where other machines leave what they ask of the run.</summary>
    public string Requests => In("requests");

    public string Evidence => In("evidence");

    /// <summary>The page that <c>Report</c> writes; a bundle has one of its own.</summary>
    public string Report => In("report.html");

    public string WiringSnapshot => In("operators_snapshot");

    /// <summary>Files of the campaign by content.</summary>
    public string Inputs => In(Operators.Staging.InputsFolder);

    /// <summary>The campaign's program, by content.</summary>
    public string Programs => In("program");

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
