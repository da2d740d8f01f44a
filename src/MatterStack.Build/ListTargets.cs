using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Lists the targets, one line each: <c>dotnet build -t:Help</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class ListTargets : Microsoft.Build.Utilities.Task
{
    /// <inheritdoc />
    public override bool Execute()
    {
        var widest = CommandTable.All.Max(row => row.Name.Length);
        Log.LogMessageFromText("dotnet build [PROJECT] -t:TARGET [-p:ARGUMENT=VALUE]", MessageImportance.High);
        foreach (var row in CommandTable.All)
        {
            var arguments = row.Arguments.Count == 0 ? "" : $"  [{string.Join(", ", row.Arguments)}]";
            Log.LogMessageFromText($"  {row.Name.PadRight(widest)}  {row.Description}{arguments}", MessageImportance.High);
        }

        return true;
    }
}
