using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.ManualHpc;

/// <summary>Writes <c>job_template.sh</c>: the command and its resources, for any scheduler.</summary>
internal static class JobTemplate
{
    public const string FileName = "job_template.sh";

    public static string CreateTemplate(AttemptRequest request, SiteCodes codes)
    {
        var task = request.Task;
        var command = SiteCommands.Build(task, task.Shape, new CommandSite(codes, Container: null)).Command;
        var shape = request.ApplyMemory(task.Shape);
        var text = AttemptScript
            .AppendHeader(new StringBuilder("#!/bin/sh\n"), request)
            .Append(
                CultureInfo.InvariantCulture,
                $"# asks for {shape.Describe()}{(request.TimeLimit is { } limit ? $", {limit.TotalMinutes:0.######} min" : "")}\n"
            )
            .Append("# Directives of the scheduler go here. Run it in the folder that holds work/.\n")
            .Append(CultureInfo.InvariantCulture, $"cd ./{AttemptLayout.WorkFolder} || exit {ExitCodes.NotExecutable}\n");
        AttemptScript.AppendVariables(text, request, shape, request.TimeLimit);
        ModuleCommands.AppendLoads(text, [.. command.Modules]);
        CodeScript.AppendVariables(text, command.Env);
        foreach (var (variable, value) in task.Env)
        {
            AttemptScript.AppendExport(text, variable, value);
        }

        CodeScript.AppendLines(text, command.Setup);
        AttemptScript.AppendThreads(text, shape);
        return text.Append(command.Text).Append('\n').ToString();
    }
}
