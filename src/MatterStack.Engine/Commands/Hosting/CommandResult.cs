namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Result of a command, for scripts.</summary>
/// <param name="Success">Whether the command succeeded; errors are already reported.</param>
/// <param name="Items">Rows of the result.</param>
internal sealed record CommandResult(bool Success, IReadOnlyList<ReportItem> Items)
{
    public static CommandResult Failed { get; } = new(false, []);
}
