using System.Globalization;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>All metadata of a task, in the order of the stored form and of the reference page.</summary>
internal static class TaskFields
{
    public static IReadOnlyList<TaskField> All { get; } =
    [
        new TextField(
            "Command",
            "Shell command, run by /bin/sh in the attempt's work folder; {campaign} stands for the campaign's own program, "
                + "{code:NAME} for a program of the site, {launch} for its launcher."
        )
        {
            Default = "",
            IsAlwaysStored = true,
            AffectsResults = true,
            FingerprintTexts = static task => [("command", NormalizeCommand(task.Command))],
            Get = static task => task.Command,
            Set = static (task, value) => task with { Command = value ?? "" },
        },
        new OperatorKeyField("OperatorKey", "Routing, kind.name; local.default unless Kind says otherwise.")
        {
            AffectsResults = true,
            FingerprintTexts = CoverByHash,
            Get = static task => task.OperatorKey,
            Set = static (task, value) => task with { OperatorKey = value },
        },
        new TaskIdListField("DependsOn", "Tasks that must end before this task starts; their outputs appear under deps/<task_id>/.")
        {
            AffectsResults = true,
            FingerprintTexts = CoverByHash,
            Get = static task => task.DependsOn,
            Set = static (task, value) => task with { DependsOn = value },
        },
        new FileListField("Files", "Files or globs relative to the project, staged into the work folder; file=>name renames.")
        {
            AffectsResults = true,
            FingerprintTexts = CoverByHash,
            Get = static task => task.Files,
            Set = static (task, value) => task with { Files = value },
        },
        new PathListField("Outputs", "Files or globs relative to the work folder that must exist on success.")
        {
            AffectsResults = true,
            FingerprintTexts = static task => [("outputs", string.Join('\n', task.Outputs))],
            Get = static task => task.Outputs,
            Set = static (task, value) => task with { Outputs = value },
        },
        new PathListField(
            "Figures",
            "Series to draw in the report: CSV or JSON files or globs relative to the work folder; they are added to Outputs."
        )
        {
            Extensions = [".csv", ".json"],
            AffectsResults = false,
            Get = static task => task.Figures,
            Set = static (task, value) => task with { Figures = value },
        },
        new EnvironmentField("Env", "NAME=value pairs of the command's environment.")
        {
            AffectsResults = true,
            // If a name is declared twice, the last value counts, as in the attempt's script.
            FingerprintTexts = static task =>
                task.Env.GroupBy(e => e.Key, StringComparer.Ordinal).Select(e => ("environment " + e.Key, e.Last().Value)),
            Get = static task => task.Env,
            Set = static (task, value) => task with { Env = value },
        },
        new IntegerField("Nodes", "Machines, a whole number from 1.")
        {
            Minimum = 1,
            Default = 1,
            // The decomposition of a problem, and with it the order of reductions, depends on nodes and ranks.
            AffectsResults = true,
            Get = static task => task.Nodes,
            Set = static (task, value) => task with { Nodes = value },
        },
        new IntegerField("Ranks", "MPI processes in all, a whole number from 1 that is a multiple of Nodes.")
        {
            Minimum = 1,
            Default = 1,
            AffectsResults = true,
            Get = static task => task.Ranks,
            Set = static (task, value) => task with { Ranks = value },
        },
        new IntegerField("Cores", "Processor cores of each rank, a whole number from 1.")
        {
            Minimum = 1,
            Default = 1,
            // A command sees its cores, and reductions depend on them.
            AffectsResults = true,
            FingerprintTexts = static task => [("cores", task.Cores.ToString(CultureInfo.InvariantCulture))],
            Get = static task => task.Cores,
            Set = static (task, value) => task with { Cores = value },
        },
        new NumberField("MemoryGb", "Memory on each node in GiB.")
        {
            Minimum = 0,
            // Memory and time limit decide whether there is a result, not which.
            AffectsResults = false,
            Get = static task => task.MemoryGb,
            Set = static (task, value) => task with { MemoryGb = value },
        },
        new IntegerField("Gpus", "Accelerators in all, a whole number from 0.")
        {
            Minimum = 0,
            AffectsResults = true,
            FingerprintTexts = static task => task.Gpus == 0 ? [] : [("accelerators", task.Gpus.ToString(CultureInfo.InvariantCulture))],
            Get = static task => task.Gpus,
            Set = static (task, value) => task with { Gpus = value },
        },
        new WordField("GpuType", "Model of the accelerators, e.g. a100; default: any.")
        {
            AffectsResults = true,
            Get = static task => task.GpuType,
            Set = static (task, value) => task with { GpuType = value },
        },
        new ResourceUseListField(
            "Uses",
            "Named resources that an attempt occupies, each with an optional count: vasp_licence*2. The wiring says how many there are."
        )
        {
            AffectsResults = false,
            Get = static task => task.Uses,
            Set = static (task, value) => task with { Uses = value },
        },
        new NumberField("TimeLimitMinutes", "Time limit in minutes, fractions allowed, up to 5256000 (ten years).")
        {
            Minimum = 0,
            Maximum = CampaignTask.MaxTimeLimitMinutes,
            AllowedValues = "a number above 0 and up to 5256000 (ten years), with a decimal point; leave it out for no limit",
            AffectsResults = false,
            Get = static task => task.TimeLimitMinutes,
            Set = static (task, value) => task with { TimeLimitMinutes = value },
        },
        new TextField("Image", "Container image.")
        {
            AffectsResults = true,
            Get = static task => task.Image,
            Set = static (task, value) => task with { Image = value },
        },
        new BooleanField("AllowFailure", "true: the run continues if this task fails.")
        {
            AffectsResults = false,
            Get = static task => task.AllowFailure,
            Set = static (task, value) => task with { AllowFailure = value },
        },
        new BooleanField("AllowDependencyFailure", "true: the task runs even if a dependency failed.")
        {
            AffectsResults = false,
            Get = static task => task.AllowDependencyFailure,
            Set = static (task, value) => task with { AllowDependencyFailure = value },
        },
        new FailureMarkListField(
            "FailWhen",
            "Lines that mean failure: FILE: REGEX => NAME. After the command the first match fails the attempt with the cause NAME, "
                + "whatever the exit code. FILE is relative to the work folder; stdout and stderr stand for the logs."
        )
        {
            // A result that the marks refuse must not come from the cache.
            AffectsResults = true,
            Get = static task => task.FailWhen,
            Set = static (task, value) => task with { FailWhen = value },
        },
        new SuccessMarkListField(
            "SucceedWhen",
            "Lines that must be there: FILE: REGEX. Without one of them the attempt fails with the cause NO_SUCCESS_MARK."
        )
        {
            AffectsResults = true,
            Get = static task => task.SucceedWhen,
            Set = static (task, value) => task with { SucceedWhen = value },
        },
        new IntegerField(
            "Priority",
            "Order among the tasks that could start: a higher number starts first. A whole number from -1000 up to 1000; default: 0."
        )
        {
            Minimum = -1000,
            Maximum = 1000,
            AffectsResults = false,
            Get = static task => task.Priority,
            Set = static (task, value) => task with { Priority = value },
        },
        new IntegerField(
            "MaxAttempts",
            "Attempts that may fail by the task's own fault before it counts as failed, a whole number from 1. Failures of nodes and "
                + "of the scheduler do not count."
        )
        {
            Minimum = 1,
            Default = 1,
            AffectsResults = false,
            Get = static task => task.MaxAttempts,
            Set = static (task, value) => task with { MaxAttempts = value },
        },
        new RetryCauseListField("RetryOn", "Causes that are tried again: names, EXIT:42, EXIT:1-9, ANY; default: ANY.")
        {
            AffectsResults = false,
            Get = static task => task.RetryOn,
            Set = static (task, value) => task with { RetryOn = value },
        },
        new NumberField("RetryMemoryFactor", "Factor on the memory of later attempts after the cause OUT_OF_MEMORY.")
        {
            Minimum = 0,
            Default = 1,
            AffectsResults = false,
            Get = static task => task.RetryMemoryFactor,
            Set = static (task, value) => task with { RetryMemoryFactor = value ?? 1 },
        },
        new NumberField("RetryTimeFactor", "Factor on the time limit of later attempts after the cause TIMEOUT.")
        {
            Minimum = 0,
            Default = 1,
            AffectsResults = false,
            Get = static task => task.RetryTimeFactor,
            Set = static (task, value) => task with { RetryTimeFactor = value ?? 1 },
        },
        new DurationField("RetryDelay", "Time before the next attempt as hh:mm:ss, doubled with each attempt; default: none.")
        {
            AffectsResults = false,
            Get = static task => task.RetryDelay,
            Set = static (task, value) => task with { RetryDelay = value },
        },
        new ChoiceField<FailureAction>(
            "OnFailure",
            "What happens when no other attempt follows by itself: Fail, or Hold, which asks a person (-t:Respond)."
        )
        {
            AffectsResults = false,
            Get = static task => task.OnFailure,
            Set = static (task, value) => task with { OnFailure = value },
        },
        new CarryListField(
            "Carry",
            "Files or globs of the last attempt's work folder that the next attempt begins with, if they are there and not empty; "
                + "file=>name renames."
        )
        {
            AffectsResults = true,
            Get = static task => task.Carry,
            Set = static (task, value) => task with { Carry = value },
        },
        new TextField(
            "CarryIf",
            "Shell command that checks the carried files in the new work folder; if its exit code is not 0, they are removed and the "
                + "attempt begins afresh."
        )
        {
            AffectsResults = true,
            FingerprintTexts = static task => task.CarryIf is { } check ? [("carry_if", NormalizeCommand(check))] : [],
            Get = static task => task.CarryIf,
            Set = static (task, value) => task with { CarryIf = value },
        },
        new TextField("RestartCommand", "Shell command that runs instead of Command if files were carried.")
        {
            AffectsResults = true,
            FingerprintTexts = static task => task.RestartCommand is { } again ? [("restart_command", NormalizeCommand(again))] : [],
            Get = static task => task.RestartCommand,
            Set = static (task, value) => task with { RestartCommand = value },
        },
        new StopSignalField("StopSignal", "Signal that the command gets before its time limit, with seconds: TERM@120; default: none.")
        {
            AffectsResults = false,
            Get = static task => task.StopSignal,
            Set = static (task, value) => task with { StopSignal = value },
        },
        new TextField(
            "Monitor",
            "Shell command that runs beside the command in the work folder every MonitorEvery. If its exit code is not 0, the attempt ends "
                + "with the cause STOPPED and the last line of its output as the reason."
        )
        {
            // It runs in the work folder, and decides whether there is a result.
            AffectsResults = true,
            FingerprintTexts = static task => task.Monitor is { } monitor ? [("monitor", NormalizeCommand(monitor))] : [],
            Get = static task => task.Monitor,
            Set = static (task, value) => task with { Monitor = value },
        },
        new DurationField("MonitorEvery", "Time between two runs of Monitor as hh:mm:ss, from one second; default: 00:05:00.")
        {
            Default = CampaignTask.DefaultMonitorEvery,
            Shortest = TimeSpan.FromSeconds(1),
            AffectsResults = false,
            Get = static task => task.MonitorEvery,
            Set = static (task, value) => task with { MonitorEvery = value },
        },
        new ColumnListField("Columns", "Columns of the task's row in tables of results: element=Cu;strain=-2.")
        {
            AffectsResults = false,
            Get = static task => task.Columns,
            Set = static (task, value) => task with { Columns = value },
        },
        new PublishListField(
            "Publish",
            "Outputs that are copied into the project's folder when the run has completed: a path relative to the project for the only "
                + "output, or OUTPUT=>PATH."
        )
        {
            AffectsResults = false,
            Get = static task => task.Publish,
            Set = static (task, value) => task with { Publish = value },
        },
        new ChoiceField<TaskKind>("Kind", "Task, Gate or Experiment.")
        {
            // Only tasks of the kind Task have a fingerprint.
            AffectsResults = false,
            Get = static task => task.Kind,
            Set = static (task, value) => task with { Kind = value },
        },
        new TextField("Message", "Question to a person.")
        {
            AffectsResults = false,
            Get = static task => task.Message,
            Set = static (task, value) => task with { Message = value },
        },
        new JsonField("Parameters", "JSON for a person or an instrument.")
        {
            AffectsResults = true,
            Get = static task => task.Parameters,
            Set = static (task, value) => task with { Parameters = value },
        },
        new TextListField(
            "DownloadInclude",
            "Patterns of files to download from another host besides the declared outputs; default: all. "
                + "A file that is not downloaded is a warning."
        )
        {
            AffectsResults = true,
            FingerprintTexts = static task =>
                task.DownloadInclude.Count + task.DownloadExclude.Count == 0
                    ? []
                    : [("downloads", string.Join('\n', task.DownloadInclude) + "\0" + string.Join('\n', task.DownloadExclude))],
            Get = static task => task.DownloadInclude,
            Set = static (task, value) => task with { DownloadInclude = value },
        },
        new TextListField(
            "DownloadExclude",
            "Patterns of files that are not downloaded from another host. Declared outputs are always downloaded."
        )
        {
            AffectsResults = true,
            // The texts of DownloadInclude hold both lists.
            FingerprintTexts = static _ => [],
            Get = static task => task.DownloadExclude,
            Set = static (task, value) => task with { DownloadExclude = value },
        },
        new BooleanField("Cache", "false excludes this task from the cache. A task without Outputs is never cached.")
        {
            Default = true,
            AffectsResults = false,
            Get = static task => task.Cache,
            Set = static (task, value) => task with { Cache = value },
        },
    ];

    private static readonly Dictionary<string, TaskField> ByName = All.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, TaskField> ByStoredName = All.Where(field => field.StoredName is not null)
        .ToDictionary(field => field.StoredName!, StringComparer.Ordinal);

    /// <summary>Finds the field with a name of the stored form; null if there is none.</summary>
    public static TaskField? FindStored(string name) => ByStoredName.GetValueOrDefault(name);

    /// <summary>Whether a metadata is a shell command of the task.</summary>
    public static bool IsCommand(string name) =>
        name.Equals(nameof(CampaignTask.Command), StringComparison.OrdinalIgnoreCase)
        || name.Equals(nameof(CampaignTask.RestartCommand), StringComparison.OrdinalIgnoreCase)
        || name.Equals(nameof(CampaignTask.CarryIf), StringComparison.OrdinalIgnoreCase)
        || name.Equals(nameof(CampaignTask.Monitor), StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds the field of a metadata; null if there is none.</summary>
    public static TaskField? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether a metadata is one of <see cref="All"/>.</summary>
    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    /// <summary>Whether a metadata is a list separated by <c>;</c>.</summary>
    public static bool IsList(string name) => ByName.TryGetValue(name, out var field) && field.IsList;

    /// <summary>Command as it enters the fingerprint: with the line ends that the shell gets, independent of those of the
    /// project.</summary>
    public static string NormalizeCommand(string command) => command.Replace("\r\n", "\n", StringComparison.Ordinal);

    // The fingerprint has the hash of the operator's configuration, of each file to stage and of each output of a dependency.
    private static IEnumerable<(string Name, string Text)> CoverByHash(CampaignTask task) => [];
}
