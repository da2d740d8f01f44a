using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Input of a report.</summary>
/// <param name="Run">The run, read from one state of its store.</param>
/// <param name="Files">Files of the folder that the report is written to.</param>
/// <param name="Paths">Removes folders of this machine from texts.</param>
internal sealed record ReportSource(RecordedRun Run, ReportFiles Files, PathRedactor Paths)
{
    /// <summary>The wiring in force; null if it cannot be read.</summary>
    public RunWiring? Wiring { get; init; }

    /// <summary>Events of the wiring.</summary>
    public IReadOnlyList<WiringEvent> History { get; init; } = [];

    /// <summary>The machine that created the run; null if not recorded.</summary>
    public RunMachine? Machine { get; init; }

    /// <summary>Time of writing; null in evidence, where the same run must give the same bytes.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>The wiring that a new run would get now; null to omit the comparison.</summary>
    public CurrentWiring? CurrentWiring { get; init; }

    /// <summary>Command that writes the run's results as a table; null if the page is to name none.</summary>
    public string? ResultsCommand { get; init; }

    /// <summary>Returns the link to a published file of the project, relative to the page; null if the page is read elsewhere.</summary>
    public Func<string, string?> FindPublishedLink { get; init; } = static _ => null;

    /// <summary>Returns the command with which a person answers a task; null if there is none.</summary>
    public Func<TaskRow, string?> FindAnswerCommand { get; init; } = static _ => null;
}
