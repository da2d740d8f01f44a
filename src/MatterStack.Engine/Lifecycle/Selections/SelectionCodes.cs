using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Selections;

/// <summary>Problem codes of selections of tasks.</summary>
internal static class SelectionCodes
{
    public static readonly ProblemCode NotUsable = new(
        "MATTER3024",
        "Selection cannot be used",
        "Select has a term that cannot be read, or matches no task.",
        "Correct the term; the page selecting.md has the grammar."
    );
}
