using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Runs a command of the engine's <see cref="CommandTable"/>: <c>dotnet build -t:Status</c> and most other targets.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunCommand : CampaignEngineTask
{
    /// <summary>Name of the command; for most commands also the name of the target.</summary>
    [Required]
    public string Command { get; set; } = "";

    private protected override string? TargetToCheck => Command;

    private protected override CommandResult ExecuteCommand(CommandContext context, CancellationToken cancel)
    {
        var command = CommandTable.Find(Command)?.Run
            ?? throw new InvalidOperationException($"The command table has no command '{Command}'");
        return command(context, ReadCampaign, cancel);
    }
}
