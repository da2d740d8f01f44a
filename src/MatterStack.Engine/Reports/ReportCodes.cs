using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Reports;

/// <summary>Problem codes of reports.</summary>
internal static class ReportCodes
{
    public static readonly ProblemCode FigureNotDrawn = new(
        "MATTER5004",
        "Figure cannot be drawn",
        "A file that a task declares as Figures is not a table with a heading or JSON as in docs/report.md, is too large, or has "
            + "changed since it was recorded. "
            + "The report is written without the figure and names it.",
        "The message names the place: fix the file that the task writes and run the task again."
    );

    public static readonly ProblemCode ReportNotWritten = new(
        "MATTER5005",
        "Report not up to date",
        "report.html of an active run, or the page of all runs, could not be updated: the disk is full, or the file may not be written. "
            + "The run continues.",
        "Fix the cause that the message names, then run -t:Report."
    );

    public static readonly ProblemCode PageNotReplaced = new(
        "MATTER5007",
        "File of another origin in the place of the page of all runs",
        "Report with All=true writes index.html in the runs' folder, and something else is there: a page of a person, a folder or a link.",
        "Move it elsewhere, then run the command again."
    );
}
