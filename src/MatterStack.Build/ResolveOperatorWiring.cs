using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Wiring;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Finds the wiring of the next command: <c>dotnet msbuild -t:ResolveOperatorWiring -getProperty:WiringHash</c>. Its items are the
/// operators.</summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveOperatorWiring : EngineTask
{
    /// <summary>Whether the items are left out. The wiring of a run is then not parsed, which takes most of the time of this
    /// task.</summary>
    public bool PropertiesOnly { get; set; }

    /// <summary>SHA-256 of the wiring's canonical bytes.</summary>
    [Output]
    public string WiringHash { get; private set; } = "";

    /// <summary>How the wiring was found: <c>cli</c>, <c>run_persisted</c>, <c>workspace_default</c>, …</summary>
    [Output]
    public string WiringSource { get; private set; } = "";

    /// <summary>Path of the wiring file; empty for the built-in default.</summary>
    [Output]
    public string WiringFile { get; private set; } = "";

    /// <summary>Path of this wiring in the current run, whether it exists or not; empty if there is no run.</summary>
    [Output]
    public string WiringSnapshot { get; private set; } = "";

    private protected override string? TargetToCheck => "ResolveOperatorWiring";

    private protected override CommandResult ExecuteCommand(CommandContext context, CancellationToken cancel)
    {
        var result = ResolveWiringCommand.Execute(context, listOperators: !PropertiesOnly, out var found);
        WiringHash = found?.Hash.Hex ?? "";
        WiringSource = found?.Source.ToText() ?? "";
        WiringFile = found?.ResolvedPath ?? "";
        WiringSnapshot = found?.Snapshot ?? "";
        return result;
    }
}
