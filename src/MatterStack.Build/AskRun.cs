using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>A person's request about a run: <c>dotnet build -t:Pause</c>, <c>Resume</c>, <c>Cancel</c>, <c>Revive</c>, <c>Rerun</c>, <c>CancelAttempt</c>, <c>CleanupOrphans</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class AskRun : EngineTask
{
    /// <summary>What is asked; the target's name.</summary>
    [Required]
    public string Request { get; set; } = "";

    private protected override string? TargetToCheck => Request;

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => RequestCommand.Execute(context, Enum.Parse<RequestKind>(Request), cancel);
}
