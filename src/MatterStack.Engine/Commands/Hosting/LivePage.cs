using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>A page that the process that drives a run keeps up to date, once a person has asked for it.</summary>
/// <param name="Name">Name in messages: "the report".</param>
/// <param name="Interval">Time between two updates; more frequent ones are useless.</param>
/// <param name="FindFile">Returns the page's file.</param>
/// <param name="Write">Writes the page of the present state.</param>
internal sealed record LivePage(
    string Name,
    TimeSpan Interval,
    Func<CommandContext, RunFolder, string> FindFile,
    Action<CommandContext, RunFolder> Write
);
