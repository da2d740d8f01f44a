using MatterStack.Engine.Commands;
using MatterStack.Engine.Wiring;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Which wiring the next command goes on with: <c>dotnet msbuild -t:ResolveOperatorWiring -getProperty:WiringHash</c>. Its items are the operators.</summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveOperatorWiring : EngineTask
{
    /// <summary>SHA-256 of the wiring's canonical bytes.</summary>
    [Output]
    public string WiringHash { get; private set; } = "";

    /// <summary>How it was found: <c>cli</c>, <c>run_persisted</c>, <c>workspace_default</c>, …</summary>
    [Output]
    public string WiringSource { get; private set; } = "";

    /// <summary>The file it came from; empty for the built-in default.</summary>
    [Output]
    public string WiringFile { get; private set; } = "";

    /// <summary>Where the current run keeps it, or would; empty if there is no run.</summary>
    [Output]
    public string WiringSnapshot { get; private set; } = "";

    private protected override string? TargetToCheck => "ResolveOperatorWiring";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel)
    {
        var result = ResolveWiringCommand.Execute(context, out var snapshot, out var wiring);
        WiringHash = wiring?.Hash.Hex ?? "";
        WiringSource = wiring?.Source.ToText() ?? "";
        WiringFile = wiring?.ResolvedPath ?? "";
        WiringSnapshot = snapshot ?? "";
        return result;
    }
}
