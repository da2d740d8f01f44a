using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.ManualHpc;

/// <summary>Writes <c>job_template.sh</c>: the command and its resources, for any scheduler.</summary>
internal static class JobTemplate
{
    public const string FileName = "job_template.sh";

    public static string CreateTemplate(AttemptRequest request)
    {
        var task = request.Task;
        var text = AttemptScript
            .AppendHeader(new StringBuilder("#!/bin/sh\n"), request)
            .Append(
                CultureInfo.InvariantCulture,
                $"# asks for {CountText.FormatCount(task.Cores, "core")}{(task.MemoryGb is { } memory ? $", {memory} GiB" : "")}"
                    + $"{(task.Gpus > 0 ? $", {CountText.FormatCount(task.Gpus, "GPU")}" : "")}"
                    + $"{(task.TimeLimitMinutes is { } minutes ? $", {minutes} min" : "")}\n"
            )
            .Append("# Directives of the scheduler go here. Run it in the folder that holds work/.\n")
            .Append(CultureInfo.InvariantCulture, $"cd ./{AttemptLayout.WorkFolder} || exit {ExitCodes.NotExecutable}\n");
        AttemptScript.AppendVariables(text, request, task.Cores);
        foreach (var (variable, value) in task.Env)
        {
            AttemptScript.AppendExport(text, variable, value);
        }

        return text.Append(AttemptScript.GetCommand(task)).Append('\n').ToString();
    }
}
