using System.Runtime.InteropServices;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Fingerprint of a task in a run. It covers everything that the task's command can see and that is the same in every
/// run.</summary>
/// <remarks>
/// <see cref="TaskFields"/> lists which fields are included. The task's id is included because commands use <c>MATTERSTACK_TASK_ID</c>. Ids
/// of run and attempt are not included. Operating system and processor are included if this machine executes the task; nothing else of the
/// machine is.
/// </remarks>
internal static class TaskFingerprint
{
    private static readonly string SystemName =
        OperatingSystem.IsLinux() ? "linux"
        : OperatingSystem.IsMacOS() ? "macos"
        : "windows";
    private static readonly string CurrentSystem = $"{SystemName} {RuntimeInformation.OSArchitecture}";

    /// <summary>Computes the fingerprint of a task whose dependencies have their outputs in the run's folder.</summary>
    /// <param name="planned">The task with its files.</param>
    /// <param name="handedOver">Outputs of its dependencies.</param>
    /// <param name="runFolder">Absolute path of the run's folder.</param>
    /// <param name="program">Hash of the campaign's program; null if the campaign has none.</param>
    /// <param name="operatorHash">Hash of its operator's effective configuration.</param>
    /// <param name="here">Whether this machine would execute it.</param>
    /// <param name="codes">Codes and launchers of its operator; null if it has none.</param>
    /// <returns>The fingerprint; null if an output of a dependency does not exist.</returns>
    public static Fingerprint? ComputeFingerprint(
        PlannedTask planned,
        IReadOnlyList<DependencyOutputs> handedOver,
        string runFolder,
        string? program,
        Sha256 operatorHash,
        bool here,
        SiteCodes? codes = null
    ) => ComputeFingerprint(planned, handedOver, ReadExecutable(runFolder), program, operatorHash, here, codes);

    /// <summary>Computes the fingerprint of a task.</summary>
    /// <param name="planned">The task with its files.</param>
    /// <param name="handedOver">Outputs of its dependencies.</param>
    /// <param name="isExecutable">Whether an output of a dependency may be executed; null if the file does not exist.</param>
    /// <param name="program">Hash of the campaign's program; null if the campaign has none.</param>
    /// <param name="operatorHash">Hash of its operator's effective configuration.</param>
    /// <param name="here">Whether this machine would execute it.</param>
    /// <param name="codes">Codes and launchers of its operator; null if it has none.</param>
    /// <returns>The fingerprint; null if an output of a dependency does not exist.</returns>
    public static Fingerprint? ComputeFingerprint(
        PlannedTask planned,
        IReadOnlyList<DependencyOutputs> handedOver,
        Func<DependencyOutputs, OutputFile, bool?> isExecutable,
        string? program,
        Sha256 operatorHash,
        bool here,
        SiteCodes? codes = null
    )
    {
        var task = planned.Task;
        var parts = new List<FingerprintPart> { FingerprintPart.FromText("task", task.Id.Value), new("operator", operatorHash) };
        parts.AddRange(
            TaskFields
                .All.SelectMany(field => field.ListFingerprintTexts(task))
                .Select(text => FingerprintPart.FromText(text.Name, text.Text))
        );
        parts.AddRange(
            (codes ?? SiteCodes.None).ListFingerprintParts(task.Commands).Select(part => new FingerprintPart(part.Name, part.Hash))
        );
        AddText(parts, "program", CampaignProgram.IsUsedBy(task) ? program : null);
        AddText(parts, "system", here ? CurrentSystem : null);
        foreach (var input in planned.Inputs)
        {
            parts.Add(new("file " + input.Path, input.Content));
            AddText(parts, "executable file " + input.Path, input.Executable ? "x" : null);
        }

        foreach (var dependency in handedOver)
        {
            foreach (var output in dependency.Outputs)
            {
                if (isExecutable(dependency, output) is not { } executable)
                {
                    return null;
                }

                parts.Add(new($"output {output.Path} of {dependency.Task}", output.Hash));
                AddText(parts, $"executable output {output.Path} of {dependency.Task}", executable ? "x" : null);
            }
        }

        return Fingerprint.Create(parts);
    }

    /// <summary>Returns a function that finds whether an output in a run's folder may be executed; null if the file does not
    /// exist.</summary>
    /// <param name="runFolder">Absolute path of the run's folder.</param>
    public static Func<DependencyOutputs, OutputFile, bool?> ReadExecutable(string runFolder) =>
        (dependency, output) => IsExecutable(Path.Combine(runFolder, dependency.RelativeFolder, AttemptLayout.WorkFolder, output.Path));

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
