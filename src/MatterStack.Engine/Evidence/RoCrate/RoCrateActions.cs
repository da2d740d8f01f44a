using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Evidence.RoCrate;

/// <summary>Writes tasks as steps, and each attempt as an action with its files.</summary>
internal sealed class RoCrateActions(RecordedRun story, BundleFolder bundle, RoCrateJson crate, PathRedactor paths)
{
    private const string CompletedStatus = "http://schema.org/CompletedActionStatus";
    private const string FailedStatus = "http://schema.org/FailedActionStatus";
    private const string PotentialStatus = "http://schema.org/PotentialActionStatus";
    private const string ActiveStatus = "http://schema.org/ActiveActionStatus";

    private readonly SortedSet<string> _persons = new(StringComparer.Ordinal);
    private readonly HashSet<string> _images = [];

    /// <summary>People who answered tasks; complete after <see cref="Write()"/>.</summary>
    public IEnumerable<string> Persons => _persons;

    public static string GetActionId(AttemptRow attempt) => "#attempt-" + attempt.AttemptId;

    public static string GetControlId(AttemptRow attempt) => "#control-" + attempt.AttemptId;

    public static string GetStepId(TaskId task) => "#step-" + task;

    public static string GetToolId(OperatorKey key) => "#operator-" + key;

    /// <summary>Id of a code. Another definition or another version is another program.</summary>
    public static string GetCodeId(AttemptCodeRow code) =>
        $"#code-{Uri.EscapeDataString(code.Code)}-{code.Sha256.Short}"
        + (code.Version is null ? "" : "-" + Sha256.ComputeTextHash(code.Version).Short);

    public static string GetPersonId(string actor) => "#person-" + Uri.EscapeDataString(actor);

    public static string GetActionStatus(AttemptStatus status) =>
        status switch
        {
            AttemptStatus.Completed => CompletedStatus,
            AttemptStatus.Failed or AttemptStatus.FailedInit or AttemptStatus.Cancelled => FailedStatus,
            AttemptStatus.Created => PotentialStatus,
            _ => ActiveStatus,
        };

    public static string GetActionStatus(RunState state) =>
        state switch
        {
            RunState.Completed => CompletedStatus,
            RunState.Failed or RunState.Cancelled => FailedStatus,
            RunState.Pending => PotentialStatus,
            _ => ActiveStatus,
        };

    /// <summary>Id of a file that an attempt left for later attempts. The file itself is not in the bundle.</summary>
    public static string GetCarriedId(LeftFile file) => $"#carried-{file.Origin}-{Uri.EscapeDataString(file.Source)}-{file.Hash.Short}";

    public static IEnumerable<string> ListOutputIds(BundleFolder bundle, RecordedAttempt attempt) =>
        attempt.Outputs.Select(o => GetOutputPath(attempt.Row, o)).Where(p => bundle.TryGet(p, out _)).Select(RoCrateJson.GetFileId);

    public static string GetOutputPath(AttemptRow attempt, OutputRow output) =>
        $"{attempt.RelativePath}/{AttemptLayout.WorkPrefix}{output.Path}";

    public static void WriteFileProperties(RoCrateJson crate, BundleFolder bundle, string name)
    {
        if (bundle.TryGet(name, out var file))
        {
            crate.WriteText("encodingFormat", FindMediaType(name));
            crate.WriteText("contentSize", file.Size.ToString(CultureInfo.InvariantCulture));
            crate.WriteText("sha256", file.Hash.Hex);
        }
    }

    public void Write()
    {
        var position = 0;
        foreach (var task in story.ReadTasks())
        {
            position++;
            crate.WriteEntity(GetStepId(task.Row.TaskId), "HowToStep", () =>
            {
                crate.WriteText("name", task.Row.TaskId.Value);
                crate.WriteText("position", position.ToString(CultureInfo.InvariantCulture));
                crate.WriteReference("workExample", GetToolId(task.Row.OperatorKey));
            });
            WriteEnvironment(task);
            foreach (var attempt in task.Attempts)
            {
                Write(task, attempt);
            }
        }
    }

    private void Write(RecordedTask task, RecordedAttempt attempt)
    {
        var row = attempt.Row;
        var outputs = attempt.Outputs.Where(o => bundle.TryGet(GetOutputPath(row, o), out _)).ToList();
        var parts = RecordedAttemptFiles
            .All.Append(BundleNames.AttemptManifest)
            .Select(name => $"{row.RelativePath}/{name}")
            .Where(p => bundle.TryGet(p, out _))
            .ToList();
        crate.WriteEntity(GetActionId(row), "CreateAction", () =>
        {
            crate.WriteText("name", string.Create(CultureInfo.InvariantCulture, $"{row.TaskId}, attempt {row.AttemptIndex}"));
            crate.WriteText("description", DescribeAttempt(task, row));
            crate.WriteText("startTime", (row.Usage?.StartedAt ?? row.SubmittedAt ?? row.CreatedAt).ToText());
            crate.WriteText("endTime", row.EndedAt?.ToText());
            crate.WriteReferences("instrument", [GetToolId(row.OperatorKey), .. row.Codes.Select(GetCodeId)]);
            if (attempt.Answer?.Actor is { } actor)
            {
                _persons.Add(actor);
                crate.WriteReference("agent", GetPersonId(actor));
            }

            crate.WriteReference("actionStatus", GetActionStatus(row.State));
            crate.WriteText(
                "error",
                row.State is AttemptStatus.Failed or AttemptStatus.FailedInit or AttemptStatus.Cancelled
                    ? paths.Redact(row.Reason) ?? row.State.ToText()
                    : null
            );
            crate.WriteReferences("object", ListObjectIds(task, row));
            crate.WriteReferences(
                "result",
                outputs.Select(o => RoCrateJson.GetFileId(GetOutputPath(row, o))).Concat(ListLeftFiles(task, row).Select(GetCarriedId))
            );
            crate.WriteReferences("additionalProperty", ListProperties(task, row).Select(property => GetPropertyId(row, property.Name)));
            crate.WriteReferences("resourceUsage", RoCrateUsage.ListIds(row));
            crate.WriteReferences("environment", task.Planned.Task.Env.Select(e => GetVariableId(task, e.Key)));
            if (task.Planned.Task.Image is { } image)
            {
                crate.WriteReference("containerImage", GetImageId(image));
            }
        });
        foreach (var (name, value, unit) in ListProperties(task, row))
        {
            crate.WriteEntity(GetPropertyId(row, name), "PropertyValue", () =>
            {
                crate.WriteText("name", name);
                crate.WriteText("value", value);
                crate.WriteText("unitText", unit);
            });
        }

        RoCrateUsage.Write(crate, row);
        crate.WriteEntity(GetControlId(row), "ControlAction", () =>
        {
            crate.WriteText(
                "name",
                string.Create(CultureInfo.InvariantCulture, $"Orchestration of {row.TaskId}, attempt {row.AttemptIndex}")
            );
            crate.WriteReference("instrument", GetStepId(row.TaskId));
            crate.WriteReference("object", GetActionId(row));
        });
        foreach (var file in ListLeftFiles(task, row))
        {
            WriteLeftFile(row, file);
        }

        foreach (var part in parts)
        {
            crate.WriteEntity(RoCrateJson.GetFileId(part), "File", () =>
            {
                crate.WriteText("name", Path.GetFileName(part));
                WriteFileProperties(crate, bundle, part);
                crate.WriteReference("about", GetActionId(row));
            });
        }

        foreach (var output in outputs)
        {
            crate.WriteEntity(RoCrateJson.GetFileId(GetOutputPath(row, output)), "File", () =>
            {
                crate.WriteText("name", Path.GetFileName(output.Path));
                crate.WriteText("alternateName", output.Path);
                WriteFileProperties(crate, bundle, GetOutputPath(row, output));
            });
        }
    }

    // Files of this attempt that a later one carried on from.
    private static IEnumerable<LeftFile> ListLeftFiles(RecordedTask task, AttemptRow row) =>
        task.Attempts.SelectMany(static later => later.Row.Carried).Where(file => file.Origin == row.AttemptId).DistinctBy(GetCarriedId);

    private void WriteLeftFile(AttemptRow row, LeftFile file) => crate.WriteEntity(GetCarriedId(file), "CreativeWork", () =>
        {
            crate.WriteText("name", file.Source);
            crate.WriteText(
                "description",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A file of attempt {row.AttemptIndex} that a later attempt of {row.TaskId} carried on from; it is not in the bundle."
                )
            );
            crate.WriteText("contentSize", file.Size.ToString(CultureInfo.InvariantCulture));
            crate.WriteText("sha256", file.Hash.Hex);
        });

    // What the task asks for, as declared, and what its operator gave the attempt.
    private static IEnumerable<(string Name, string Value, string? Unit)> ListProperties(RecordedTask task, AttemptRow row)
    {
        if (task.FindShapeOf(row) is { } shape)
        {
            yield return ("nodes", Format(shape.Nodes), null);
            yield return ("ranks", Format(shape.Ranks), null);
            yield return ("cores per rank", Format(shape.Cores), null);
            if (shape.MemoryGb is { } memory)
            {
                yield return ("memory per node", memory.ToString("0.######", CultureInfo.InvariantCulture), "GiB");
            }

            if (shape.Gpus > 0)
            {
                yield return ("GPUs", Format(shape.Gpus), null);
            }

            if (shape.GpuType is { } type)
            {
                yield return ("GPU type", type, null);
            }
        }

        if (row.ContinuedAttempts > 0)
        {
            yield return ("continued attempts", Format(row.ContinuedAttempts), null);
        }

        if (row.Given?.Partition is { } partition)
        {
            yield return ("partition", partition, null);
        }

        if (row.Given?.Gpus is { Count: > 0 } gpus)
        {
            yield return ("devices", string.Join(", ", gpus), null);
        }

        static string Format(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static string GetPropertyId(AttemptRow row, string name) => $"#property-{row.AttemptId}-{name.Replace(' ', '-')}";

    private static string DescribeAttempt(RecordedTask task, AttemptRow row)
    {
        var what = task.Planned.Task.Kind switch
        {
            TaskKind.Gate => "A decision" + (task.Planned.Task.Message is { } asked ? ": " + asked : ""),
            TaskKind.Experiment => "An instrument's run",
            _ => task.ReadTaskOf(row).Command is { Length: > 0 } command
                ? command
                : task.Planned.Task.Message ?? "Work of " + row.OperatorKey,
        };
        return row.Origin is not { } origin
            ? what
            : $"{what} (not executed again: this is the result of attempt {origin.AttemptId} of run {origin.RunId}, "
                + $"executed on {origin.OperatorKey} at {origin.Host} from {origin.SubmittedAtUtc ?? origin.CreatedAtUtc} to "
                + $"{origin.EndedAtUtc}; {BundleNames.AttemptManifest} has all that is known of it)";
    }

    // Configuration first, then the task's inputs, then the outputs of its dependencies.
    private IEnumerable<string> ListObjectIds(RecordedTask task, AttemptRow row)
    {
        var wiring = BundleNames.GetWiringCopyPath(row.WiringSha256);
        var staged = task.Planned.Inputs.Select(i => "inputs/" + i.Content.Hex);
        var handed = task.Planned.Task.DependsOn.SelectMany(d => story.FindDependencyOutputs(d, row.CreatedAt));
        return staged
            .Concat(handed)
            .Prepend(wiring)
            .Distinct()
            .Where(p => bundle.TryGet(p, out _))
            .Select(RoCrateJson.GetFileId)
            .Concat(row.Carried.Select(GetCarriedId).Distinct());
    }

    private void WriteEnvironment(RecordedTask task)
    {
        foreach (var (name, value) in task.Planned.Task.Env.DistinctBy(e => e.Key))
        {
            crate.WriteEntity(GetVariableId(task, name), "PropertyValue", () =>
            {
                crate.WriteText("name", name);
                crate.WriteText("value", paths.Redact(value));
            });
        }

        if (task.Planned.Task.Image is { } image && _images.Add(image))
        {
            var parts = ContainerImage.Parse(paths.Redact(image)!);
            crate.WriteEntity(GetImageId(image), "ContainerImage", () =>
            {
                crate.WriteReference("additionalType", parts.Type);
                crate.WriteText("registry", parts.Registry);
                crate.WriteText("name", parts.Name);
                crate.WriteText("tag", parts.Tag);
                crate.WriteText("sha256", parts.Digest);
            });
        }
    }

    private static string GetVariableId(RecordedTask task, string name) => $"#env-{task.Row.TaskId}-{Uri.EscapeDataString(name)}";

    private string GetImageId(string image) => "#image-" + Uri.EscapeDataString(paths.Redact(image)!);

    private static string? FindMediaType(string name) =>
        Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".json" => "application/json",
            ".jsonl" => "application/jsonl",
            ".yaml" or ".yml" => "application/yaml",
            ".md" => "text/markdown",
            ".csv" => "text/csv",
            ".html" => "text/html",
            ".png" => "image/png",
            ".sh" => "application/x-sh",
            ".py" => "text/x-python",
            ".log" or ".txt" => "text/plain",
            _ => Path.GetFileName(name) == AttemptLayout.ExitCodeFile ? "text/plain" : "application/octet-stream",
        };
}
