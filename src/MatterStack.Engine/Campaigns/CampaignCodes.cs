using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>What can be wrong with a campaign.</summary>
internal static class CampaignCodes
{
    public static readonly ProblemCode IllegalTaskId = new("MATTER2001", "Illegal task id",
        "A task's id is not made of letters, digits, '.', '_' and '-' (128 at most, the first a letter or a digit); ids become folder names.",
        "Rename the task. If the id holds %(...), the items were written outside a target, where MSBuild does not batch: move the ItemGroup into a target with BeforeTargets=\"CollectCampaignTasks\".");

    public static readonly ProblemCode DuplicateTaskId = new("MATTER2002", "Duplicate task id",
        "Two tasks of the campaign have the same id.",
        "Give each task an id of its own.");

    public static readonly ProblemCode UnknownDependency = new("MATTER2003", "Unknown dependency",
        "DependsOn names a task that the campaign does not have.",
        "Correct the name, or declare the task.");

    public static readonly ProblemCode Cycle = new("MATTER2004", "Cycle",
        "Tasks depend on each other in a circle, so none of them could ever start.",
        "Remove one of the dependencies in the circle.");

    public static readonly ProblemCode IllegalMetadata = new("MATTER2005", "Illegal value",
        "A task's metadata has a value that its name does not allow.",
        "Correct the value; the reference of task metadata lists what each takes.");

    public static readonly ProblemCode UnknownMetadata = new("MATTER2006", "Unknown metadata",
        "A task carries metadata that are not known. It is an error where the name is a slip away from a known one and the project does not read it, otherwise a warning.",
        "Correct the name, or rename your own metadata so that it is not taken for ours.");

    public static readonly ProblemCode FileMissing = new("MATTER2007", "File to stage not found",
        "An entry of Files names nothing in the project's folder.",
        "Create the file or correct the path; paths are relative to the campaign project's folder.");

    public static readonly ProblemCode PathOutside = new("MATTER2008", "Path leaves the folder",
        "A path in Files or Outputs is absolute, climbs out with '..' or follows a link to the outside.",
        "Use a path inside the campaign project's folder (Files) or inside the task's work folder (Outputs).");

    public static readonly ProblemCode NoCommand = new("MATTER2009", "No command",
        "A task that a machine is to run has no Command.",
        "Give it a Command, or route it to a person or an instrument.");

    public static readonly ProblemCode NoTasks = new("MATTER2010", "Nothing to do",
        "The project declares no CampaignTask and has no campaign class.",
        "Declare CampaignTask items; those that use batching belong in a target with BeforeTargets=\"CollectCampaignTasks\".");

    public static readonly ProblemCode NoProgram = new("MATTER2011", "No campaign program",
        "A command uses {campaign}, but the project compiles no program.",
        "Use a csproj with OutputType Exe, or call a program by its name.");

    public static readonly ProblemCode UnknownOperator = new("MATTER2012", "Unroutable operator key",
        "A task is routed to a key that the wiring does not have.",
        "Add the key to operators.yaml, or route the task to one that is there.");

    public static readonly ProblemCode UnsupportedOperator = new("MATTER2013", "Operator not available",
        "A task is routed to an operator of a kind or backend that this version cannot drive, or needs something that the operator does not offer.",
        "Route the task to an operator that can do it.");

    public static readonly ProblemCode ProjectNotUsable = new("MATTER2014", "Project cannot be used",
        "The folder holds no campaign project, or the workspace's name cannot be a folder's name.",
        "Name the project on the command line; set MatterStackWorkspace if the file's name cannot serve.");

    /// <summary>Said by the targets file: a task assembly need not even be there.</summary>
    public static readonly ProblemCode DesignTimeBuild = new("MATTER2015", "Not in a design-time build",
        "A target that works on runs was asked for in a design-time build, as an IDE makes them in the background.",
        "Give the target on the command line.");

    public static readonly ProblemCode NoSuchClass = new("MATTER2016", "No such campaign class",
        "MatterStackCampaignClass names a class that the project does not have, or that is no campaign.",
        "Name a class that derives from Campaign or Campaign<TState>, is not abstract and has no type parameters.");

    public static readonly ProblemCode SeveralClasses = new("MATTER2017", "Several campaign classes",
        "The project has more than one class that derives from Campaign or Campaign<TState>.",
        "Choose one with the property MatterStackCampaignClass, or make the others abstract.");

    public static readonly ProblemCode ClassNotUsable = new("MATTER2018", "Campaign class cannot be used",
        "The campaign class cannot be loaded or made: it has no public constructor without parameters, that constructor failed, or an assembly that it needs is missing.",
        "Correct what the message names.");

    public static readonly ProblemCode CampaignThrew = new("MATTER2019", "Campaign failed",
        "Plan or Analyze of the campaign class threw an exception. Nothing of the tick was recorded; the run stays as it was.",
        "Correct the campaign. A run keeps the program that it was made with: -t:Loop -p:NewRun=true runs the corrected one. What the cache knows is not computed again.");

    public static readonly ProblemCode EmptyWorkflow = new("MATTER2020", "Empty workflow",
        "Plan returned a workflow without tasks, or one of which no task can start, so the campaign would go on for ever without doing anything.",
        "Return null from Plan when the campaign is finished.");

    public static readonly ProblemCode StateNotStored = new("MATTER2021", "State cannot be kept",
        "The campaign's state does not come back from JSON as it went in, so the next tick would go on from another one.",
        "Use types with public properties that System.Text.Json can write and read.");

    public static readonly ProblemCode PlanChangesState = new("MATTER2022", "Plan changes the state",
        "Plan changed the state that it was given. The state is stored when Analyze returns it, so the change would be lost.",
        "Change the state in Analyze only; draw random numbers there, too.");

    public static readonly ProblemCode NoSuchResult = new("MATTER2023", "No such result",
        "Analyze asked for a task, a result or an output that the iteration does not have, or that is not what was recorded.",
        "Ask only for what the tasks of the iteration declare and leave.");

    public static readonly ProblemCode ProgramChanged = new("MATTER2024", "Run's program has changed",
        "The campaign's program that the run keeps is gone or is not the one that the run was made with.",
        "Restore the run's folder program/ from a copy; or -t:Loop -p:NewRun=true begins a new run.");

    public static readonly ProblemCode NoEnd = new("MATTER2025", "Campaign does not end",
        "A campaign under test planned more iterations than the harness was told to take.",
        "Return null from Plan in time, or allow more iterations.");

    public static readonly ProblemCode NotDeterministic = new("MATTER2026", "Campaign is not deterministic",
        "A campaign said something else when it was asked the same a second time. A first workflow is refused for it; a run that is under way goes on with the first answer.",
        "Take time, random numbers and machine from nowhere: keep a SeededRandom in the state, and what else is needed in files and items.");

    public static readonly ProblemCode ProgramIncomplete = new("MATTER2027", "Program is incomplete",
        "An assembly, a native library or a translation that the campaign's program needs is not beside it, so the campaign would fail when it is first needed. No run is made.",
        "Let the build copy it beside the program, and build again.");

    public static readonly ProblemCode ProcessChanged = new("MATTER2028", "Campaign changes its process",
        "Plan or Analyze changed something that belongs to the whole build: an environment variable, the current folder, the culture of new threads, the exit code or the console. It was put back.",
        "Give tasks their variables with Env, and use absolute paths.");

    public static readonly ProblemCode UnknownName = new("MATTER2041", "Misspelt name in a project",
        "A setting, an item or the target that collects tasks is spelt nearly as ours. MSBuild would pass over it without a word.",
        "Correct the name; a name of your own has to differ more.");

    public static readonly ProblemCode ExpansionLost = new("MATTER2042", "Expansion that leaves nothing",
        "MSBuild replaces $(…), %(…), @(…) and % with two hex digits in every text of a project, and what it does not know it replaces by nothing; outside a target it goes through no lists.",
        "Write %24( for the shell's $(, %25 for a per cent sign; docs/msbuild.md has recipes.");

    public static readonly ProblemCode UnknownTarget = new("MATTER2040", "Unknown target",
        "The command line asks for a target that the project does not have and that is a slip away from one of MatterStack's. Of other unknown targets MSBuild says MSB4057.",
        "Correct the name; -t:Help lists the targets.");

    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        IllegalTaskId, DuplicateTaskId, UnknownDependency, Cycle, IllegalMetadata, UnknownMetadata, FileMissing, PathOutside,
        NoCommand, NoTasks, NoProgram, UnknownOperator, UnsupportedOperator, ProjectNotUsable, DesignTimeBuild,
        NoSuchClass, SeveralClasses, ClassNotUsable, CampaignThrew, EmptyWorkflow, StateNotStored, PlanChangesState, NoSuchResult, ProgramChanged, NoEnd, NotDeterministic, ProgramIncomplete, ProcessChanged,
        UnknownTarget, UnknownName, ExpansionLost,
    ];
}
