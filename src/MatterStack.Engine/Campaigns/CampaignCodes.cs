using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Problems of a campaign.</summary>
internal static class CampaignCodes
{
    public static readonly ProblemCode IllegalTaskId = new(
        "MATTER2001",
        "Illegal task id",
        "A task's id is not made of letters, digits, '.', '_' and '-' (128 at most, the first a letter or a digit). Ids are folder names.",
        "Rename the task. If the id holds %(...), the items were written outside a target, where MSBuild does not batch: "
            + "move the ItemGroup into a target with BeforeTargets=\"CollectCampaignTasks\"."
    );

    public static readonly ProblemCode DuplicateTaskId = new(
        "MATTER2002",
        "Duplicate task id",
        "Two tasks of the campaign have the same id.",
        "Give each task a unique id."
    );

    public static readonly ProblemCode UnknownDependency = new(
        "MATTER2003",
        "Unknown dependency",
        "DependsOn names a task that the campaign does not have.",
        "Correct the name, or declare the task."
    );

    public static readonly ProblemCode Cycle = new(
        "MATTER2004",
        "Cycle",
        "Tasks depend on each other in a cycle, so none of them can start.",
        "Remove one of the dependencies in the cycle."
    );

    public static readonly ProblemCode IllegalMetadata = new(
        "MATTER2005",
        "Illegal value",
        "Metadata of a task has a value that is not allowed.",
        "Correct the value. The reference of task metadata lists the allowed values."
    );

    public static readonly ProblemCode UnknownMetadata = new(
        "MATTER2006",
        "Unknown metadata",
        "A task has unknown metadata. It is an error if the name is nearly a known name and the project does not read it, otherwise a "
            + "warning.",
        "Correct the name, or give your own metadata a name that differs more."
    );

    public static readonly ProblemCode FileMissing = new(
        "MATTER2007",
        "File to stage not found",
        "An entry of Files matches no file in the project's folder.",
        "Create the file or correct the path; paths are relative to the campaign project's folder."
    );

    public static readonly ProblemCode PathOutside = new(
        "MATTER2008",
        "Path leaves the folder",
        "A path in Files or Outputs is absolute, leaves the folder with '..' or follows a link to the outside.",
        "Use a path inside the campaign project's folder (Files) or inside the task's work folder (Outputs)."
    );

    public static readonly ProblemCode NoCommand = new(
        "MATTER2009",
        "No command",
        "A task for a machine has no Command.",
        "Give the task a Command, or route it to a person or an instrument."
    );

    public static readonly ProblemCode NoTasks = new(
        "MATTER2010",
        "Nothing to do",
        "The project declares no CampaignTask and has no campaign class.",
        "Declare CampaignTask items; those that use batching belong in a target with BeforeTargets=\"CollectCampaignTasks\"."
    );

    public static readonly ProblemCode NoProgram = new(
        "MATTER2011",
        "No campaign program",
        "A command uses {campaign}, but the project compiles no program.",
        "Use a csproj with OutputType Exe, or call a program by its name."
    );

    public static readonly ProblemCode UnknownOperator = new(
        "MATTER2012",
        "Unroutable operator key",
        "A task is routed to a key that the wiring does not have.",
        "Add the key to operators.yaml, or route the task to an existing key."
    );

    public static readonly ProblemCode UnsupportedOperator = new(
        "MATTER2013",
        "Operator not available",
        "A task is routed to an operator of a kind or backend that this version does not support, or it needs a feature that the "
            + "operator does not have.",
        "Route the task to an operator that supports it."
    );

    public static readonly ProblemCode ProjectNotUsable = new(
        "MATTER2014",
        "Project cannot be used",
        "The folder holds no campaign project, or the workspace's name cannot be a folder's name.",
        "Name the project on the command line; set MatterStackWorkspace if the file's name is not allowed."
    );

    /// <summary>Reported by the targets file, so that no task assembly is needed.</summary>
    public static readonly ProblemCode DesignTimeBuild = new(
        "MATTER2015",
        "Not in a design-time build",
        "A target that works on runs was called in a design-time build, which an IDE starts in the background.",
        "Give the target on the command line."
    );

    public static readonly ProblemCode NoSuchClass = new(
        "MATTER2016",
        "No such campaign class",
        "MatterStackCampaignClass names a class that the project does not have, or that is not a campaign.",
        "Name a class that derives from Campaign or Campaign<TState>, is not abstract and has no type parameters."
    );

    public static readonly ProblemCode SeveralClasses = new(
        "MATTER2017",
        "Several campaign classes",
        "The project has more than one class that derives from Campaign or Campaign<TState>.",
        "Choose one with the property MatterStackCampaignClass, or make the others abstract."
    );

    public static readonly ProblemCode ClassNotUsable = new(
        "MATTER2018",
        "Campaign class cannot be used",
        "The campaign class cannot be loaded or created: it has no public constructor without parameters, that constructor failed, or "
            + "an assembly that it needs is missing.",
        "Fix the cause that the message names."
    );

    public static readonly ProblemCode CampaignThrew = new(
        "MATTER2019",
        "Campaign failed",
        "Plan or Analyze of the campaign class threw an exception. The tick recorded nothing, and the run is unchanged.",
        "Fix the campaign. A run keeps its program: -t:Loop -p:NewRun=true starts a run of the fixed one. Cached results are not computed "
            + "again."
    );

    public static readonly ProblemCode EmptyWorkflow = new(
        "MATTER2020",
        "Empty workflow",
        "Plan returned a workflow without tasks, or without a task that can start, so the campaign would continue forever without any "
            + "work.",
        "Return null from Plan when the campaign is finished."
    );

    public static readonly ProblemCode StateNotStored = new(
        "MATTER2021",
        "State cannot be stored",
        "The campaign's state changes when it is written as JSON and read back, so the next tick would continue with a different state.",
        "Use types with public properties that System.Text.Json can write and read."
    );

    public static readonly ProblemCode PlanChangesState = new(
        "MATTER2022",
        "Plan changes the state",
        "Plan changed its state argument. The state is stored when Analyze returns it, so the change would be lost.",
        "Change the state only in Analyze, and draw random numbers there."
    );

    public static readonly ProblemCode NoSuchResult = new(
        "MATTER2023",
        "No such result",
        "Analyze requested a task, a result or an output that the iteration does not have, or an output that has changed since it was "
            + "recorded.",
        "Request only the tasks of the iteration and their declared outputs."
    );

    public static readonly ProblemCode ProgramChanged = new(
        "MATTER2024",
        "Run's program has changed",
        "The run's copy of the campaign's program is missing, or has changed since the run was created.",
        "Restore the run's folder program/ from a copy; or -t:Loop -p:NewRun=true starts a new run."
    );

    public static readonly ProblemCode NoEnd = new(
        "MATTER2025",
        "Campaign does not end",
        "A campaign under test planned more iterations than MaxIterations of the harness allows.",
        "Return null from Plan when the campaign is finished, or set a larger MaxIterations."
    );

    public static readonly ProblemCode NotDeterministic = new(
        "MATTER2026",
        "Campaign is not deterministic",
        "A campaign gave two different answers to the same question. No run is created with such a first workflow; an existing run "
            + "continues with the first answer.",
        "Do not use the time, the machine or other random numbers: keep a SeededRandom in the state, and other inputs in files and items."
    );

    public static readonly ProblemCode ProgramIncomplete = new(
        "MATTER2027",
        "Program is incomplete",
        "An assembly, a native library or a translation that the campaign's program needs is not in its folder, so the campaign would "
            + "fail later. No run is created.",
        "Let the build copy the file into the program's folder, and build again."
    );

    public static readonly ProblemCode ProcessChanged = new(
        "MATTER2028",
        "Campaign changes its process",
        "Plan or Analyze changed a property of the whole build process: an environment variable, the current folder, the culture of "
            + "new threads, the exit code or the console. MatterStack has restored it.",
        "Give tasks their variables with Env, and use absolute paths."
    );

    public static readonly ProblemCode UnknownCode = new(
        "MATTER2050",
        "Unknown code or launcher",
        "A task's Command names a code or a launcher that its operator does not have, or the operator runs no commands.",
        "Correct the name, or define it in operators.yaml: at the top, in the operator's profile, or in the operator."
    );

    public static readonly ProblemCode CodeNotUsable = new(
        "MATTER2051",
        "Code cannot be used in this command",
        "The text of a code or launcher cannot stand where a task's Command has its placeholder, or two codes of one Command exclude each "
            + "other.",
        "Write the placeholder without quotes, and give each code a task of its own."
    );

    public static readonly ProblemCode RanksWithoutLauncher = new(
        "MATTER2052",
        "More than one rank without a launcher",
        "A task has more than one rank, and its Command would start one process only.",
        "Use a code that has a launcher, or write {launch} before the program."
    );

    public static readonly ProblemCode UnknownResource = new(
        "MATTER2060",
        "Unknown resource",
        "Uses of a task names a resource that operators.yaml does not define for the task's operator.",
        "Correct the name in Uses, or add it to 'resources' of 'defaults' or of the operator in operators.yaml."
    );

    public static readonly ProblemCode BudgetTooSmall = new(
        "MATTER2061",
        "Task larger than the budget",
        "A task needs more cores, memory, GPUs or named resources than operators.yaml states for its operator, so it could never start.",
        "Lower what the task needs, route it to another operator, or correct the number in operators.yaml."
    );

    public static readonly ProblemCode FailureAnswerRefused = new(
        "MATTER2043",
        "Answer of OnFailed not used",
        "OnFailed of the campaign class threw an exception, or returned a task that the engine cannot use. The metadata of the task decide "
            + "what follows the failed attempt.",
        "Correct OnFailed; docs/campaigns-csharp.md lists what it may change. The run keeps the program that it was created with."
    );

    public static readonly ProblemCode UnknownName = new(
        "MATTER2041",
        "Misspelt name in a project",
        "The name of a setting, an item or a target is nearly one of MatterStack's names. MSBuild would ignore it silently.",
        "Correct the name, or give your own object a name that differs more."
    );

    public static readonly ProblemCode ExpansionLost = new(
        "MATTER2042",
        "Expansion is empty",
        "MSBuild replaces $(…), %(…), @(…) and % with two hex digits in every text of a project. An unknown name becomes empty, and "
            + "lists are batched only in targets.",
        "Write %24( for a $( of the shell and %25 for a percent sign; docs/msbuild.md has recipes."
    );

    public static readonly ProblemCode UnknownTarget = new(
        "MATTER2040",
        "Unknown target",
        "The command line names a target that the project does not have, and the name is nearly one of MatterStack's targets. For "
            + "other unknown targets MSBuild reports MSB4057.",
        "Correct the name; -t:Help lists the targets."
    );

    public static readonly ProblemCode PublishConflict = new(
        "MATTER2090",
        "Target of Publish is taken",
        "Publish copies an output to a path in the project's folder, and that path belongs to another task, would be a folder and a "
            + "file, or is an input or in a generated folder of the project.",
        "Give each output a path of its own, for example with the task's id in it: Publish=\"results/%(Identity).csv\"."
    );
}
