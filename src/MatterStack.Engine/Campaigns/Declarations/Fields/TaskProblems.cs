using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>Receives the problems of one task.</summary>
/// <param name="task">The task, which names its id and its position.</param>
/// <param name="plannedAt">Position for a task without a position of its own.</param>
/// <param name="problems">Receives the problems.</param>
internal sealed class TaskProblems(CampaignTask task, SourcePosition? plannedAt, List<Problem> problems)
{
    // Finding the position of an item reads the project, so only a problem asks for it.
    private SourcePosition? Position => task.DeclaredAt ?? plannedAt;

    public void ReportIllegalValue(string name, object? value, string allowed) =>
        problems.Add(
            new Problem(
                CampaignCodes.IllegalMetadata,
                FormattableString.Invariant($"Task '{task.Id}': {name} is '{value}'"),
                $"It takes {allowed}.",
                Position
            )
        );

    /// <summary>Reports values that are legal on their own and contradict each other.</summary>
    public void ReportConflict(FormattableString conflict, string remedy) =>
        problems.Add(
            new Problem(CampaignCodes.IllegalMetadata, $"Task '{task.Id}': {FormattableString.Invariant(conflict)}", remedy, Position)
        );

    public void ReportOutsidePath(string name, object? path) =>
        problems.Add(Problem.Create(CampaignCodes.PathOutside, $"Task '{task.Id}': {name} has '{path}'", Position));

    public void ReportMissingCommand() =>
        problems.Add(
            Problem.Create(CampaignCodes.NoCommand, $"Task '{task.Id}' is routed to '{task.OperatorKey}' and has no Command", Position)
        );

    /// <summary>Reports a control character other than tab and line end. Returns whether the text has none.</summary>
    public bool CheckText(string name, string? text)
    {
        foreach (var c in text ?? "")
        {
            if (char.IsControl(c) && c is not ('\t' or '\n' or '\r'))
            {
                problems.Add(
                    new Problem(
                        CampaignCodes.IllegalMetadata,
                        $"Task '{task.Id}': {name} holds the control character U+{(int)c:X4}",
                        "Remove it. In a project MSBuild reads '%' and two hexadecimal digits as one character: "
                            + "write %25 for a percent sign.",
                        Position
                    )
                );
                return false;
            }
        }

        return true;
    }
}
