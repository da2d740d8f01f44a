using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;

namespace MatterStack.Engine.Commands;

/// <summary>Runs a command.</summary>
/// <param name="context">Workspace, arguments and log.</param>
/// <param name="campaign">Reads the campaign as the project declares it; called only by commands that need it.</param>
/// <param name="cancel">Stops the command; work that was started continues.</param>
internal delegate CommandResult CommandBody(CommandContext context, Func<CampaignSource> campaign, CancellationToken cancel);
