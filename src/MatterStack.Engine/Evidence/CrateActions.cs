using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence;

/// <summary>Writes tasks as steps, and each attempt as an action with its files.</summary>
internal sealed class CrateActions(RunStory story, BundleFolder bundle, CrateJson crate, PortableText paths)
{
    private readonly SortedSet<string> _persons = new(StringComparer.Ordinal);
    private readonly HashSet<string> _images = [];

    /// <summary>People who answered tasks; complete after <see cref="Write()"/>.</summary>
    public IEnumerable<string> Persons => _persons;

    public static string IdOf(AttemptRow attempt) => "#attempt-" + attempt.AttemptId;

    public static string ControlOf(AttemptRow attempt) => "#control-" + attempt.AttemptId;

    public static string StepOf(string task) => "#step-" + task;

    public static string ToolOf(string operatorKey) => "#operator-" + operatorKey;

    public static string PersonOf(string actor) => "#person-" + Uri.EscapeDataString(actor);

    public static string StatusOf(string state) => state switch
    {
        "COMPLETED" => "http://schema.org/CompletedActionStatus",
        "FAILED" or "FAILED_INIT" or "CANCELLED" => "http://schema.org/FailedActionStatus",
        "CREATED" or "PENDING" => "http://schema.org/PotentialActionStatus",
        _ => "http://schema.org/ActiveActionStatus",
    };

    public static IEnumerable<string> OutputsOf(BundleFolder bundle, AttemptStory attempt) =>
        attempt.Outputs.Select(o => PathOf(attempt.Row, o)).Where(p => bundle.TryGet(p, out _)).Select(CrateJson.IdOf);

    public static string PathOf(AttemptRow attempt, OutputRow output) => $"{attempt.RelativePath}/work/{output.Path}";

    public static void OfFile(CrateJson crate, BundleFolder bundle, string name)
    {
        if (bundle.TryGet(name, out var file))
        {
            crate.Text("encodingFormat", FormatOf(name));
            crate.Text("contentSize", file.Size.ToString(CultureInfo.InvariantCulture));
            crate.Text("sha256", file.Hash.Hex);
        }
    }

    public void Write()
    {
        var position = 0;
        foreach (var task in story.Tasks())
        {
            position++;
            crate.Entity(StepOf(task.Row.TaskId), "HowToStep", () =>
            {
                crate.Text("name", task.Row.TaskId);
                crate.Text("position", position.ToString(CultureInfo.InvariantCulture));
                crate.Reference("workExample", ToolOf(task.Row.OperatorKey));
            });
            WriteEnvironment(task);
            foreach (var attempt in task.Attempts)
            {
                Write(task, attempt);
            }
        }
    }

    private void Write(TaskStory task, AttemptStory attempt)
    {
        var row = attempt.Row;
        var outputs = attempt.Outputs.Where(o => bundle.TryGet(PathOf(row, o), out _)).ToList();
        var parts = BundleNames.OfAttempt.Append(BundleNames.AttemptManifest).Select(name => $"{row.RelativePath}/{name}").Where(p => bundle.TryGet(p, out _)).ToList();
        crate.Entity(IdOf(row), "CreateAction", () =>
        {
            crate.Text("name", string.Create(CultureInfo.InvariantCulture, $"{row.TaskId}, attempt {row.AttemptIndex}"));
            crate.Text("description", DescriptionOf(task, row));
            crate.Text("startTime", row.SubmittedAtUtc ?? row.CreatedAtUtc);
            crate.Text("endTime", row.EndedAtUtc);
            crate.Reference("instrument", ToolOf(row.OperatorKey));
            if (attempt.Answer?.Actor is { } actor)
            {
                _persons.Add(actor);
                crate.Reference("agent", PersonOf(actor));
            }

            crate.Reference("actionStatus", StatusOf(row.State));
            crate.Text("error", row.State is "FAILED" or "FAILED_INIT" or "CANCELLED" ? paths.Clean(row.Reason) ?? row.State : null);
            crate.References("object", Objects(task, row));
            crate.References("result", outputs.Select(o => CrateJson.IdOf(PathOf(row, o))));
            crate.References("environment", task.Planned.Task.Env.Select(e => VariableOf(task, e.Key)));
            if (task.Planned.Task.Image is { } image)
            {
                crate.Reference("containerImage", ImageOf(image));
            }
        });
        crate.Entity(ControlOf(row), "ControlAction", () =>
        {
            crate.Text("name", string.Create(CultureInfo.InvariantCulture, $"Orchestration of {row.TaskId}, attempt {row.AttemptIndex}"));
            crate.Reference("instrument", StepOf(row.TaskId));
            crate.Reference("object", IdOf(row));
        });
        foreach (var part in parts)
        {
            crate.Entity(CrateJson.IdOf(part), "File", () =>
            {
                crate.Text("name", Path.GetFileName(part));
                OfFile(crate, bundle, part);
                crate.Reference("about", IdOf(row));
            });
        }

        foreach (var output in outputs)
        {
            crate.Entity(CrateJson.IdOf(PathOf(row, output)), "File", () =>
            {
                crate.Text("name", Path.GetFileName(output.Path));
                crate.Text("alternateName", output.Path);
                OfFile(crate, bundle, PathOf(row, output));
            });
        }
    }

    private static string DescriptionOf(TaskStory task, AttemptRow row)
    {
        var what = task.Planned.Task.Kind switch
        {
            TaskKind.Gate => "A decision" + (task.Planned.Task.Message is { } asked ? ": " + asked : ""),
            TaskKind.Experiment => "An instrument's run",
            _ => task.Row.Command.Length > 0 ? task.Row.Command : task.Planned.Task.Message ?? "Work of " + row.OperatorKey,
        };
        return row.Origin is not { } origin ? what
            : $"{what} (not executed again: this is the result of attempt {origin.AttemptId} of run {origin.RunId}, executed on {origin.OperatorKey} at {origin.Host} from {origin.SubmittedAtUtc ?? origin.CreatedAtUtc} to {origin.EndedAtUtc}; {BundleNames.AttemptManifest} has all that is known of it)";
    }

    // Configuration first, then the task's inputs, then the outputs of its dependencies.
    private IEnumerable<string> Objects(TaskStory task, AttemptRow row)
    {
        var wiring = BundleNames.WiringCopy(row.WiringSha256);
        var staged = task.Planned.Inputs.Select(i => "inputs/" + i.Content.Hex);
        var handed = task.Planned.Task.DependsOn.SelectMany(d => story.HandedOver(d.Value, row.CreatedAtUtc));
        return staged.Concat(handed).Prepend(wiring).Distinct().Where(p => bundle.TryGet(p, out _)).Select(CrateJson.IdOf);
    }

    private void WriteEnvironment(TaskStory task)
    {
        foreach (var (name, value) in task.Planned.Task.Env.DistinctBy(e => e.Key))
        {
            crate.Entity(VariableOf(task, name), "PropertyValue", () =>
            {
                crate.Text("name", name);
                crate.Text("value", paths.Clean(value));
            });
        }

        if (task.Planned.Task.Image is { } image && _images.Add(image))
        {
            var parts = ContainerImage.Parse(paths.Clean(image)!);
            crate.Entity(ImageOf(image), "ContainerImage", () =>
            {
                crate.Reference("additionalType", parts.Type);
                crate.Text("registry", parts.Registry);
                crate.Text("name", parts.Name);
                crate.Text("tag", parts.Tag);
                crate.Text("sha256", parts.Digest);
            });
        }
    }

    private static string VariableOf(TaskStory task, string name) => $"#env-{task.Row.TaskId}-{Uri.EscapeDataString(name)}";

    private string ImageOf(string image) => "#image-" + Uri.EscapeDataString(paths.Clean(image)!);

    private static string? FormatOf(string name) => Path.GetExtension(name).ToLowerInvariant() switch
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
        _ => Path.GetFileName(name) == "exit_code" ? "text/plain" : "application/octet-stream",
    };
}
