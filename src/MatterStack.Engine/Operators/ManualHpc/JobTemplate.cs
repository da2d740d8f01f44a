using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Operators.ManualHpc;

/// <summary>Writes <c>job_template.sh</c>: the command and its resources, for any scheduler.</summary>
internal static class JobTemplate
{
    public const string FileName = "job_template.sh";

    public static string CreateTemplate(AttemptRequest request)
    {
        var task = request.Task;
        var shape = request.GrowMemory(task.Shape);
        var text = AttemptScript
            .AppendHeader(new StringBuilder("#!/bin/sh\n"), request)
            .Append(
                CultureInfo.InvariantCulture,
                $"# asks for {shape.Describe()}{(task.TimeLimitMinutes is { } minutes ? $", {minutes} min" : "")}\n"
            )
            .Append("# Directives of the scheduler go here. Run it in the folder that holds work/.\n")
            .Append(CultureInfo.InvariantCulture, $"cd ./{AttemptLayout.WorkFolder} || exit {ExitCodes.NotExecutable}\n");
        AttemptScript.AppendVariables(text, request, shape, task.TimeLimit);
        foreach (var (variable, value) in task.Env)
        {
            AttemptScript.AppendExport(text, variable, value);
        }

        AttemptScript.AppendThreads(text, shape);
        return text.Append(AttemptScript.GetCommand(task)).Append('\n').ToString();
    }
}
