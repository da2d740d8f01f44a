using System.Globalization;
using System.Runtime.InteropServices;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators;

namespace MatterStack.Engine.Runs.Cache;

/// <summary>Fingerprint of a task in a run. It covers everything that the task's command can see and that is the same in every
/// run.</summary>
/// <remarks>
/// Cores and accelerators are included: a command sees them, and reductions depend on them. Memory and time limit are not: they decide
/// whether there is a result, not which. The task's id is included because commands use <c>MATTERSTACK_TASK_ID</c>. Ids of run and attempt
/// are not included. Operating system and processor are included if this machine executes the task; nothing else of the machine is.
/// </remarks>
internal static class TaskFingerprint
{
    private static readonly string CurrentSystem = $"{(OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "macos" : "windows")} {RuntimeInformation.OSArchitecture}";

    /// <summary>Computes the fingerprint of a task.</summary>
    /// <param name="planned">The task with its files.</param>
    /// <param name="handedOver">Outputs of its dependencies.</param>
    /// <param name="runFolder">Absolute path of the run's folder.</param>
    /// <param name="program">Hash of the campaign's program; null if the campaign has none.</param>
    /// <param name="operatorHash">Hash of its operator's effective configuration.</param>
    /// <param name="here">Whether this machine would execute it.</param>
    /// <returns>The fingerprint; null if an output of a dependency does not exist.</returns>
    public static Fingerprint? ComputeFingerprint(PlannedTask planned, IReadOnlyList<DependencyOutputs> handedOver, string runFolder, string? program, Sha256 operatorHash, bool here)
    {
        var task = planned.Task;
        var parts = new List<FingerprintPart>
        {
            FingerprintPart.FromText("task", task.Id.Value),
            FingerprintPart.FromText("command", NormalizeCommand(task.Command)),
            FingerprintPart.FromText("outputs", string.Join('\n', task.Outputs)),
            FingerprintPart.FromText("cores", task.Cores.ToString(CultureInfo.InvariantCulture)),
            new("operator", operatorHash),
        };
        AddText(parts, "program", CampaignProgram.IsUsedBy(task.Command) ? program : null);
        AddText(parts, "accelerators", task.Gpus == 0 ? null : task.Gpus.ToString(CultureInfo.InvariantCulture));
        AddText(parts, "image", task.Image);
        AddText(parts, "parameters", task.Parameters);
        AddText(parts, "downloads", task.DownloadInclude.Count + task.DownloadExclude.Count == 0 ? null : string.Join('\n', task.DownloadInclude) + "\0" + string.Join('\n', task.DownloadExclude));
        AddText(parts, "system", here ? CurrentSystem : null);
        // If a name is declared twice, the last value counts, as in the attempt's script.
        parts.AddRange(task.Env.GroupBy(e => e.Key, StringComparer.Ordinal).Select(e => FingerprintPart.FromText("environment " + e.Key, e.Last().Value)));
        foreach (var input in planned.Inputs)
        {
            parts.Add(new("file " + input.Path, input.Content));
            AddText(parts, "executable file " + input.Path, input.Executable ? "x" : null);
        }

        foreach (var dependency in handedOver)
        {
            foreach (var output in dependency.Outputs)
            {
                if (IsExecutable(Path.Combine(runFolder, dependency.RelativeFolder, AttemptLayout.WorkFolder, output.Path)) is not { } executable)
                {
                    return null;
                }

                parts.Add(new($"output {output.Path} of {dependency.Task}", output.Hash));
                AddText(parts, $"executable output {output.Path} of {dependency.Task}", executable ? "x" : null);
            }
        }

        return Fingerprint.Create(parts);
    }

    /// <summary>Command as it enters the fingerprint: with the line ends that the shell gets, independent of those of the
    /// project.</summary>
    public static string NormalizeCommand(string command) => command.Replace("\r\n", "\n", StringComparison.Ordinal);

    private static void AddText(List<FingerprintPart> parts, string name, string? value)
    {
        if (value is not null)
        {
            parts.Add(FingerprintPart.FromText(name, value));
        }
    }

    private static bool? IsExecutable(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.Exists(file) ? false : null;
        }

        try
        {
            return (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }
}
